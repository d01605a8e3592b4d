#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "schedule/describe.h"
#include "sweep/schema.h"

namespace monge::cli {
namespace {

Exit schema(const Arguments& arguments, Terminal& terminal) {
  schedule::Describer describer(worker_program(),
                                plugin_folders(arguments.texts("plugins"), arguments.command().name));
  const sweep::Catalogue catalogue = describer.all_plugins();
  for (const auto& [key, why] : catalogue.broken) terminal.err << key << " is left out: " << why << "\n";
  terminal.out << sweep::experiment_schema(catalogue).dump(2, ' ', false,
                                                           nlohmann::json::error_handler_t::replace)
               << "\n";
  return Exit::ok;
}

}  // namespace

Command schema_command() {
  Command command;
  command.name = "schema";
  command.summary = "a JSON schema of experiment files, for editors";
  command.about =
      "Prints a JSON schema (draft 7) of experiment files with all that the plugins on the search path take: "
      "types, ranges, choices, defaults and what they mean. An editor that knows TOML schemas (Even Better "
      "TOML "
      "in VS Code, taplo elsewhere) completes and checks a file whose first line names it: #:schema "
      "experiment.schema.json";
  command.options = {plugins_option()};
  command.examples = {
      {"runner schema > experiment.schema.json", "beside the experiments; again after new plugins"},
      {"taplo lint --schema file://$PWD/experiment.schema.json x.toml", "check a file without training"}};
  command.exits = {{Exit::ok, "success, whether or not plugins are broken"},
                   {Exit::failed, "runner-worker cannot be asked"}};
  command.run = schema;
  return command;
}

}  // namespace monge::cli
