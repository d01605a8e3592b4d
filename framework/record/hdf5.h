// What the reader and the writer of groups share of HDF5's C library. Included by group_reader.cpp and
// group_writer.cpp alone.
#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <stdexcept>
#include <string>
#include <utility>

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

/// Variable-length UTF-8, the string of netCDF-4.
inline Handle string_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "no memory for a type");
  check(H5Tset_size(type, H5T_VARIABLE), "no memory for a type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "no memory for a type");
  return type;
}

/// The name netCDF gives to a dimension that has no coordinate variable begins so.
inline constexpr const char* no_variable = "This is a netCDF dimension but not a netCDF variable.";

}  // namespace monge::record::hdf5
