#include "cli/plugin_key.h"

#include <algorithm>

#include "cli/place.h"
#include "schedule/describe.h"
#include "sweep/nearest.h"

namespace monge::cli {

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

void check_key(const std::string& key, const std::string& command) {
  const auto slash = key.find('/');
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

std::string plugin_argument(const std::string& given, const std::vector<std::filesystem::path>& folders,
                            const std::string& command) {
  const std::filesystem::path path(given);
  if (path.extension() == ".cpp") {
    throw usage_error(command, "'" + given + "' is a source; build it first: runner plugin build " + given);
  }
  if (path.extension() == ".so") {
    if (!std::filesystem::is_regular_file(path)) throw Error(Exit::plugin, given + ": no such file");
    return std::filesystem::canonical(path).string();
  }
  check_key(given, command);
  schedule::Describer describer(worker_program(), folders);
  const sweep::Catalogue catalogue = describer.plugins({});
  const auto names = catalogue.known.find(given.substr(0, given.find('/')));
  const std::string name = given.substr(given.find('/') + 1);
  if (names == catalogue.known.end() ||
      std::find(names->second.begin(), names->second.end(), name) == names->second.end()) {
    throw unknown_plugin(given, catalogue);
  }
  return given;
}

Option plugins_option() {
  return {"plugins", 0, "DIR", "look for plugins here first, then in MONGE_PLUGIN_PATH, then beside runner",
          true};
}

}  // namespace monge::cli
