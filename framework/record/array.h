// Arrays of a file, HDF5's datasets: how their values are laid out, packed, claimed and read.
#pragma once

#include <cstddef>
#include <string>

#include "record/group_file.h"
#include "record/hdf5.h"

namespace monge::record::hdf5 {

/// Makes the variable's array with its values, without its dimensions and attributes. `fill`: where it is of
/// floats, it says that NaN is a missing value.
Handle write_array(hid_t at, const Variable& variable, const Shape& shape, Compression compression,
                   bool fill);
/// What stands for a dimension without coordinate variable in netCDF.
Handle write_placeholder(hid_t at, const Dimension& dimension);

/// Bytes that a file can plausibly hold, so that nothing absurd is allocated.
class Budget {
 public:
  /// `bytes`: of the file, packed.
  explicit Budget(std::size_t bytes);
  /// Number of values in `shape`, once it is known that the file can really hold so many. Throws Fault.
  std::size_t claim(const Shape& shape, std::size_t item, const std::string& path);

 private:
  std::size_t left_;
};

/// Throws Fault where it is none that this program writes, as read_array() does.
Shape shape_of(hid_t dataset, const std::string& path);
Values read_array(hid_t dataset, const std::string& path, const Shape& shape, Budget& budget);

}  // namespace monge::record::hdf5
