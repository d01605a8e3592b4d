// The results folder that somebody means.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "record/plan.h"

namespace monge::cli {

/// `given` where it holds a sweep, the folder it lies in where it is one of a sweep's files. Throws
/// Error(Exit::storage) otherwise, with the sweeps that lie in `given`.
std::filesystem::path sweep_folder(const std::filesystem::path& given);

/// The ids of all runs of a sweep.
std::set<std::string> ids_of(const record::Plan& plan);

/// What an earlier command has trained there and is not among `asked`, the ids that sweep.h5 is of: a line of
/// text, or "".
std::string others_text(const std::filesystem::path& folder, const std::set<std::string>& asked);

}  // namespace monge::cli
