// Reads and writes a Group as an HDF5 file that is also a valid netCDF-4 file.
//
// HDF5 is not built for threads: one thread at a time may call anything in record/ that touches a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "monge/error.h"
#include "record/group.h"

namespace monge::record {

enum class Compression {
  none,  // contiguous arrays: snapshots, which are written often and read once
  gzip,  // gzip 4, shuffle and a Fletcher-32 checksum on all large arrays but strings: results
};

/// The newest `format` (a root attribute) this program writes and reads.
inline constexpr std::int64_t newest_format = 1;

/// True for a variable to be read, named by its path in the file (`status`, `train/seconds`), and for a group
/// to be looked into (`train/`).
using Wanted = std::function<bool(std::string_view path)>;

/// What is in the file is not what was written: another may take its place. Any other fault leaves it open
/// whether the file is whole, and nobody may replace it.
class Damaged : public Error {
 public:
  explicit Damaged(const std::string& what) : Error(Exit::storage, what) {}
};

/// Everything in the file. In each group the coordinate variables come first, in the order of the dimensions.
/// Throws Damaged when the file is cut off, damaged, not HDF5, or holds what this program never writes:
/// links, external or virtual storage, foreign filters or types, absurd sizes; Error(Exit::storage) when it
/// cannot be opened or read, though its checksum is right, or a newer version has written it.
Group read(const std::filesystem::path& path);

/// The same with only the variables and groups that are `wanted`; attributes and dimensions of those groups
/// are always read.
Group read(const std::filesystem::path& path, const Wanted& wanted);

/// Only the root's attributes and its scalar variables: what a run is, without its arrays.
Group read_root(const std::filesystem::path& path);

/// Writes the file in place; results go through seal(). Bytes that are not UTF-8 become U+FFFD.
/// `_FillValue` = NaN is added to variables of floats; attributes that HDF5 and netCDF use themselves
/// (DIMENSION_LIST, REFERENCE_LIST, NAME, `_FillValue`, ...) may not be given; CLASS="IMAGE" may.
/// Throws Error(Exit::storage) when the disk refuses, or when the group contradicts itself: a dimension that
/// is not declared, a number of values that is not the product of the lengths, a name twice or malformed.
void write(const std::filesystem::path& path, const Group& group, Compression compression);

/// write() through publish(): the file appears whole or not at all.
void seal(const std::filesystem::path& path, const Group& group, Compression compression);

struct Sealing {
  std::filesystem::path path;
  Group group;
  Compression compression;
};

/// seal() of files of one folder, which appear in this order: see publish_in_order().
void seal_in_order(const std::vector<Sealing>& files);

}  // namespace monge::record
