#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/plugin_text.h"
#include "cli/progress.h"
#include "schedule/describe.h"
#include "sweep/nearest.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> all{"loss", "enforcer", "architecture", "dataset", "metric"};
  return all;
}

Option plugins_option() {
  return {"plugins", 0, "DIR", "look for plugins here first, then in MONGE_PLUGIN_PATH, then beside runner",
          true};
}

Option json_option() { return {"json", 0, "", "the same as one JSON object"}; }

schedule::Describer describer_for(const Arguments& arguments) {
  return {worker_program(), plugin_folders(arguments.texts("plugins"), arguments.command().name)};
}

Exit list(const Arguments& arguments, Terminal& terminal) {
  schedule::Describer describer = describer_for(arguments);
  const sweep::Catalogue catalogue = describer.all_plugins();
  if (arguments.has("json")) {
    print_json(terminal.out, describer.answer());
  } else {
    terminal.out << plugin_list_text(catalogue, describer.answer().value("shadowed", Json::array()));
  }
  return Exit::ok;
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

void check_key(const std::string& key) {
  const auto slash = key.find('/');
  const std::string kind = key.substr(0, slash);
  if (std::find(kinds().begin(), kinds().end(), kind) == kinds().end()) {
    throw usage_error("plugin show", "'" + key + "' is no KIND/NAME; kinds are " + sweep::listed(kinds()) +
                                         sweep::did_you_mean(kind, kinds()));
  }
  if (slash == std::string::npos || slash + 1 == key.size() ||
      key.find('/', slash + 1) != std::string::npos) {
    throw usage_error("plugin show", "'" + key + "' is no KIND/NAME, such as loss/bce");
  }
}

Exit show(const Arguments& arguments, Terminal& terminal) {
  const std::string& key = arguments.positional(0);
  check_key(key);
  schedule::Describer describer = describer_for(arguments);
  const sweep::Catalogue catalogue = describer.plugins({key});
  const auto found = catalogue.found.find(key);
  if (found == catalogue.found.end()) {
    const auto names = catalogue.known.find(key.substr(0, key.find('/')));
    const std::string name = key.substr(key.find('/') + 1);
    const bool there = names != catalogue.known.end() &&
                       std::find(names->second.begin(), names->second.end(), name) != names->second.end();
    const auto broken = catalogue.broken.find(key);
    if (there && broken != catalogue.broken.end()) throw Error(Exit::plugin, broken->second);
    throw unknown_plugin(key, catalogue);
  }
  if (arguments.has("json")) {
    print_json(terminal.out, describer.answer().at("found").at(0));
  } else {
    terminal.out << plugin_text(found->second);
  }
  return Exit::ok;
}

}  // namespace

Command plugin_list_command() {
  Command command;
  command.name = "plugin list";
  command.summary = "all plugins on the search path, broken ones with the reason";
  command.about =
      "Files that cannot be used and files that an earlier folder hides are listed, too, and do not change "
      "the exit "
      "code: it is an experiment that names a broken plugin that fails, with exit code 4.";
  command.options = {plugins_option(), json_option()};
  command.examples = {
      {"runner plugin list --plugins ~/my_gan/build/plugins", "your own beside the built-in ones"}};
  command.exits = {{Exit::ok, "success, whether or not plugins are broken"},
                   {Exit::failed, "runner-worker cannot be asked"}};
  command.run = list;
  return command;
}

Command plugin_show_command() {
  Command command;
  command.name = "plugin show";
  command.summary = "what a plugin does and the parameters it takes";
  command.about =
      "Parameters with type, default, range or choices and unit; the values a metric reports; the file.";
  command.positionals = {{"KIND/NAME", "loss/bce, enforcer/clip, ...; see runner plugin list"}};
  command.options = {plugins_option(), json_option()};
  command.examples = {{"runner plugin show enforcer/gradient_penalty", "what may stand in [enforcer]"}};
  command.exits = {{Exit::ok, "success"}, {Exit::failed, "runner-worker cannot be asked"}, {Exit::plugin}};
  command.run = show;
  return command;
}

}  // namespace monge::cli
