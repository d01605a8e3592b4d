// Where results come from: who ran what, where, on which code.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace monge::schedule {

/// {"command": [...], "folder", "host", "user", "time" (ISO 8601, UTC), "kernel", "cpu", "git"}. "git" is
/// null when `experiment` lies in no repository or there is no git, otherwise {"commit", "dirty", "patch"} of
/// the repository that holds it; a patch over 1 MiB is cut and says so. Unknown things are "".
nlohmann::json provenance(const std::vector<std::string>& command, const std::filesystem::path& experiment);

}  // namespace monge::schedule
