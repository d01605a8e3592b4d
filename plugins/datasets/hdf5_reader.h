// Arrays from an HDF5 file.
#pragma once

#include <hdf5.h>
#include <monge/error.h>
#include <monge/tensor.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace monge::plugins {

class Hdf5Reader {
 public:
  explicit Hdf5Reader(std::filesystem::path path) : path_(std::move(path)) {
    if (H5Fis_hdf5(path_.c_str()) <= 0) refuse("is no HDF5 file, or damaged");
    file_ = Handle(H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (!file_) refuse("cannot be opened: " + reason());
  }

  /// The array `name` as uint8, int64 or float32. Throws Error(Exit::storage).
  Tensor read(const std::string& name) const {
    if (!exists(name)) refuse("has no array '" + name + "'; it has: " + names());
    const Handle data(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!data) refuse("has no array '" + name + "', but something else of this name; it has: " + names());
    const auto [stored, type] = type_of(data, name);
    const Shape sizes = shape_of(data, name);
    if (H5Dget_storage_size(data.get()) == 0) refuse("has nothing in its array '" + name + "'");
    auto values = at::empty(sizes, type);
    if (H5Dread(data.get(), stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data_ptr()) < 0) {
      refuse("has an array '" + name + "' that cannot be read: " + reason());
    }
    return values;
  }

 private:
  /// HDF5 prints its faults unless told not to; they are asked for instead.
  class Quiet {
   public:
    Quiet() {
      H5Eget_auto2(H5E_DEFAULT, &print_, &with_);
      H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    ~Quiet() { H5Eset_auto2(H5E_DEFAULT, print_, with_); }

   private:
    H5E_auto2_t print_ = nullptr;
    void* with_ = nullptr;
  };

  class Handle {
   public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
      std::swap(id_, other.id_);
      std::swap(close_, other.close_);
      return *this;
    }
    ~Handle() {
      if (id_ >= 0) close_(id_);
    }
    explicit operator bool() const { return id_ >= 0; }
    hid_t get() const { return id_; }

   private:
    hid_t id_ = -1;
    Close close_ = nullptr;
  };

  /// Each step of the path is asked for, as H5Lexists wants it.
  bool exists(const std::string& name) const {
    for (std::size_t slash = name.find('/', 1);; slash = name.find('/', slash + 1)) {
      if (H5Lexists(file_.get(), name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
      if (slash == std::string::npos) return true;
    }
  }

  std::pair<hid_t, at::ScalarType> type_of(const Handle& data, const std::string& name) const {
    const Handle type(H5Dget_type(data.get()), H5Tclose);
    const auto kind = H5Tget_class(type.get());
    if (kind == H5T_FLOAT) return {H5T_NATIVE_FLOAT, at::kFloat};
    if (kind != H5T_INTEGER) refuse("has an array '" + name + "' of neither whole nor real numbers");
    const bool is_byte = H5Tget_size(type.get()) == 1 && H5Tget_sign(type.get()) == H5T_SGN_NONE;
    return is_byte ? std::pair{H5T_NATIVE_UINT8, at::kByte} : std::pair{H5T_NATIVE_INT64, at::kLong};
  }

  Shape shape_of(const Handle& data, const std::string& name) const {
    const Handle space(H5Dget_space(data.get()), H5Sclose);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 1 || rank > 4) {
      refuse("has an array '" + name + "' of " + std::to_string(rank) + " dimensions, allowed are 1 to 4");
    }
    std::array<hsize_t, 4> sizes{};
    H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
    return {sizes.begin(), sizes.begin() + rank};
  }

  /// What lies in the file's root, the first twenty.
  std::string names() const {
    H5G_info_t info{};
    H5Gget_info(file_.get(), &info);
    std::string all;
    for (hsize_t i = 0; i < info.nlinks && i < 20; ++i) {
      std::array<char, 256> name{};
      H5Lget_name_by_idx(file_.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(),
                         H5P_DEFAULT);
      all += (all.empty() ? "" : ", ") + std::string(name.data());
    }
    return all.empty() ? "nothing" : all;
  }

  /// The innermost fault of the last call.
  static std::string reason() {
    std::string text = "no reason is given";
    const auto take = [](unsigned, const H5E_error2_t* error, void* to) -> herr_t {
      if (error->desc != nullptr) *static_cast<std::string*>(to) = error->desc;
      return 1;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &text);
    return text;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Exit::storage, path_.string() + " " + why);
  }

  Quiet quiet_;
  std::filesystem::path path_;
  Handle file_;
};

}  // namespace monge::plugins
