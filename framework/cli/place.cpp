#include "cli/place.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "cli/command.h"
#include "cli/plugin_key.h"

namespace monge::cli {

namespace fs = std::filesystem;

namespace {

bool holds_kinds(const fs::path& folder) {
  const auto& kinds = plugin_kinds();
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const std::string& kind) { return fs::is_directory(folder / kind); });
}

std::string kind_folders() {
  std::string text;
  for (const std::string& kind : plugin_kinds()) text += (text.empty() ? "" : ", ") + kind + "/";
  return text;
}

}  // namespace

fs::path folder_of_runner() { return fs::read_symlink("/proc/self/exe").parent_path(); }

fs::path worker_program() { return folder_of_runner() / "runner-worker"; }

std::vector<fs::path> plugin_folders(const std::vector<std::string>& given, const std::string& command) {
  std::vector<fs::path> folders;
  const auto add = [&](const std::string& said, const std::string& folder) {
    if (!fs::is_directory(folder)) {
      throw usage_error(
          command, said + " '" + folder + "' is no folder; give the one that holds loss/, enforcer/, ...");
    }
    if (!holds_kinds(folder)) {
      throw usage_error(command, said + " '" + folder + "' has none of " + kind_folders() +
                                     ", in which plugins lie; give the folder that has");
    }
    folders.push_back(fs::canonical(folder));
  };
  for (const std::string& folder : given) add("--plugins", folder);
  const char* variable = std::getenv("MONGE_PLUGIN_PATH");
  std::istringstream path(variable == nullptr ? "" : variable);
  for (std::string folder; std::getline(path, folder, ':');) {
    if (!folder.empty()) add("MONGE_PLUGIN_PATH", folder);
  }
  for (const char* ours : {"plugins", "../lib/monge/plugins"}) {
    const fs::path folder = folder_of_runner() / ours;
    if (!fs::is_directory(folder)) continue;
    folders.push_back(fs::canonical(folder));
    break;
  }
  return folders;
}

}  // namespace monge::cli
