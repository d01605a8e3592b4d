// A checksum behind the end of a file: HDF5 1.10 crashes on some damaged files, so these are found before it
// looks. HDF5 itself ignores what is behind its end, and cuts it off where another program changes the file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace monge::record {

/// What is to follow these bytes.
std::string checksum_line(std::string_view bytes);

/// damaged: the file ends with a checksum that is not that of its bytes, or with something else behind HDF5's
/// end. unknown: it has none, as where another program has changed it.
enum class Wholeness { whole, damaged, unknown };

/// Throws Error(Exit::storage) where it cannot be read.
Wholeness wholeness(const std::filesystem::path& path);

}  // namespace monge::record
