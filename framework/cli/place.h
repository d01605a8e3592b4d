// Where the program's other halves lie.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace monge::cli {

/// This program's folder, symbolic links resolved.
std::filesystem::path folder_of_runner();

/// runner-worker beside the runner.
std::filesystem::path worker_program();

/// Where plugins are looked for, first come first served: `given` (--plugins), MONGE_PLUGIN_PATH, and
/// `plugins` beside the runner or ../lib/monge/plugins when it is installed. Throws Error(Exit::usage) for a
/// `given` folder that is none.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::string>& given,
                                                  const std::string& command);

}  // namespace monge::cli
