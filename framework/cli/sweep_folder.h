// The results folder that somebody means.
#pragma once

#include <filesystem>

namespace monge::cli {

/// `given` where it holds a sweep, the folder it lies in where it is one of a sweep's files. Throws
/// Error(Exit::storage) otherwise, with the sweeps that lie in `given`.
std::filesystem::path sweep_folder(const std::filesystem::path& given);

}  // namespace monge::cli
