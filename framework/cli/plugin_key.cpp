#include "cli/plugin_key.h"

#include <algorithm>
#include <map>

#include "cli/place.h"
#include "schedule/describe.h"
#include "sweep/nearest.h"

namespace monge::cli {
namespace {

bool is_known(const std::string& key, const sweep::Catalogue& catalogue) {
  const auto names = catalogue.known.find(key.substr(0, key.find('/')));
  return names != catalogue.known.end() && std::find(names->second.begin(), names->second.end(),
                                                     key.substr(key.find('/') + 1)) != names->second.end();
}

namespace fs = std::filesystem;

// KIND/NAME of the plugin nearest to a bare name, or "".
std::string nearest_key(const std::string& name, const std::vector<fs::path>& folders) {
  std::map<std::string, std::string> keys;  // by name
  for (const fs::path& folder : folders) {
    for (const std::string& kind : plugin_kinds()) {
      std::error_code missing;
      for (const auto& entry : fs::directory_iterator(folder / kind, missing)) {
        const std::string found = entry.path().stem().string();
        if (entry.path().extension() == ".so") keys.try_emplace(found, kind + "/" + found);
      }
    }
  }
  std::vector<std::string> names;
  for (const auto& [found, key] : keys) names.push_back(found);
  const std::string near = sweep::nearest(name, names);
  return near.empty() ? "" : keys.at(near);
}

}  // namespace

const std::vector<std::string>& plugin_kinds() {
  static const std::vector<std::string> all{"loss", "enforcer", "architecture", "dataset", "metric"};
  return all;
}

std::string folder_of_kind(const std::string& kind) { return kind + (kind == "loss" ? "es" : "s"); }

void check_kind(const std::string& kind, const std::string& what, const std::string& command) {
  const auto& kinds = plugin_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return;
  throw usage_error(command, what + "; kinds are " + sweep::listed(kinds) + sweep::did_you_mean(kind, kinds));
}

void check_key(const std::string& key, const std::vector<fs::path>& folders, const std::string& command) {
  const auto slash = key.find('/');
  const std::string near = slash == std::string::npos ? nearest_key(key, folders) : "";
  if (!near.empty()) {
    throw usage_error(command, "'" + key + "' is no KIND/NAME; did you mean '" + near + "'?");
  }
  check_kind(key.substr(0, slash), "'" + key + "' is no KIND/NAME", command);
  if (slash == std::string::npos || slash + 1 == key.size() ||
      key.find('/', slash + 1) != std::string::npos) {
    throw usage_error(command, "'" + key + "' is no KIND/NAME, such as loss/bce");
  }
}

void check_name(const std::string& name, const std::string& command) {
  if (!name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos) {
    return;
  }
  throw usage_error(command, "'" + name + "' is no name of a plugin: use small letters, digits and _ only");
}

Error unknown_plugin(const std::string& key, const sweep::Catalogue& catalogue) {
  const std::string kind = key.substr(0, key.find('/')), name = key.substr(key.find('/') + 1);
  const auto known = catalogue.known.find(kind);
  const std::vector<std::string> names =
      known == catalogue.known.end() ? std::vector<std::string>() : known->second;
  return {Exit::plugin, key + ": no such plugin; " +
                            (names.empty() ? "there is no " + kind + " on the search path"
                                           : kind + ": " + sweep::listed(names)) +
                            sweep::did_you_mean(name, names)};
}

std::string plugin_argument(const std::string& given, const std::vector<fs::path>& folders,
                            const std::string& command) {
  const fs::path path(given);
  if (path.extension() == ".cpp") {
    throw usage_error(command, "'" + given + "' is a source; build it first: runner plugin build " + given);
  }
  if (path.extension() == ".so") {
    if (!fs::is_regular_file(path)) throw Error(Exit::plugin, given + ": no such file");
    return fs::canonical(path).string();
  }
  check_key(given, folders, command);
  schedule::Describer describer(worker_program(), folders);
  const sweep::Catalogue catalogue = describer.plugins({});
  if (!is_known(given, catalogue)) throw unknown_plugin(given, catalogue);
  return given;
}

Option plugins_option() {
  return {"plugins", 0, "DIR",
          "look for plugins here first, then in MONGE_PLUGIN_PATH (DIR:DIR), then beside runner", true};
}

}  // namespace monge::cli
