#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "cli/plugin_text.h"
#include "cli/progress.h"
#include "schedule/describe.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;

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

Exit show(const Arguments& arguments, Terminal& terminal) {
  const std::string& key = arguments.positional(0);
  check_key(key, plugin_folders(arguments.texts("plugins"), "plugin show"), "plugin show");
  schedule::Describer describer = describer_for(arguments);
  const sweep::Catalogue catalogue = describer.plugins({key});
  const auto found = catalogue.found.find(key);
  if (found == catalogue.found.end()) {
    const auto broken = catalogue.broken.find(key);
    if (broken != catalogue.broken.end()) throw Error(Exit::plugin, broken->second);
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
      "The paper; parameters with type, default, range or choices and unit; presets, which are published "
      "methods as settings; the values a metric reports; the file.";
  command.positionals = {{"KIND/NAME", "loss/bce, enforcer/clip, ...; see runner plugin list"}};
  command.options = {plugins_option(), json_option()};
  command.examples = {{"runner plugin show enforcer/gradient_penalty", "what may stand in [enforcer]"}};
  command.exits = {{Exit::ok, "success"}, {Exit::failed, "runner-worker cannot be asked"}, {Exit::plugin}};
  command.run = show;
  return command;
}

}  // namespace monge::cli
