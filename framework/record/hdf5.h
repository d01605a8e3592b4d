// What reading and writing share of HDF5's C library; group_file.h is what others include.
#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace monge::record::hdf5 {

/// A sentence without the file's name, which read() and write() put in front.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Returns a result of HDF5 that is not negative.
template <class Result>
Result check(Result result, const std::string& fault) {
  if (result < 0) throw Fault(fault);
  return result;
}

/// Owns an identifier of HDF5: a file, a group, a type, ...
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close, const std::string& fault) : id_(check(id, fault)), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// HDF5 prints its error stack by default; faults are exceptions here.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

using Shape = std::vector<hsize_t>;

/// A scalar without lengths. Length 0 is netCDF's unlimited.
Handle space(const Shape& shape);

template <class T>
hid_t native() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

/// Variable-length UTF-8, the string of netCDF-4.
Handle string_type();

/// `read` of a dataset or an attribute, called with a type in memory and where to, as strings. The `type` in
/// the file is of variable or fixed length.
std::vector<std::string> read_texts(hid_t type, hid_t space, std::size_t count,
                                    const std::function<herr_t(hid_t memory, void* to)>& read);

/// The name netCDF gives to a dimension that has no coordinate variable begins so.
inline constexpr const char* no_variable = "This is a netCDF dimension but not a netCDF variable.";

}  // namespace monge::record::hdf5
