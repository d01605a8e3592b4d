#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/progress.h"
#include "cli/versions.h"
#include "schedule/describe.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& one : value) text += (text.empty() ? "" : ", ") + text_of(one);
  return text;
}

// The worker knows LibTorch and the devices; where there is none, that is worth knowing, too.
Json worker_versions(std::string& fault) {
  try {
    schedule::Describer describer(worker_program(), {});
    return describer.plugins({}).system;
  } catch (const Error& error) {
    fault = error.what();
    return Json::object();
  }
}

Exit version(const Arguments& arguments, Terminal& terminal) {
  std::string fault;
  const Json worker = worker_versions(fault);
  const Json ours = runner_versions();
  if (arguments.has("json")) {
    Json all = ours;
    all["worker"] = fault.empty() ? worker : Json{{"error", fault}};
    terminal.out << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    terminal.out << "Monge " << text_of(ours.at("monge")) << "\n";
    for (const auto& [name, value] : ours.items()) {
      if (name != "monge") terminal.out << "  " << name << ": " << text_of(value) << "\n";
    }
    terminal.out << "runner-worker\n";
    for (const auto& [name, value] : worker.items()) {
      if (!text_of(value).empty()) terminal.out << "  " << name << ": " << text_of(value) << "\n";
    }
    if (!fault.empty()) terminal.out << "  " << fault << "\n";
  }
  return fault.empty() ? Exit::ok : Exit::failed;
}

}  // namespace

Command version_command() {
  Command command;
  command.name = "version";
  command.summary = "versions of everything that computes, and the devices";
  command.about =
      "Names Monge, its build and compiler, HDF5 and toml++ of runner, and LibTorch and the devices that "
      "runner-worker "
      "finds. What bug reports should begin with.";
  command.options = {{"json", 0, "", "the same as one JSON object"}};
  command.examples = {{"runner version", "also: runner --version"}};
  command.exits = {{Exit::ok, "success"}, {Exit::failed, "runner-worker cannot be asked"}};
  command.run = version;
  return command;
}

}  // namespace monge::cli
