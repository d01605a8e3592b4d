#include <filesystem>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/sweep_folder.h"
#include "record/collect.h"
#include "schedule/results_lock.h"
#include "sweep/sweep_file.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

Exit run(const Arguments& arguments, Terminal& terminal) {
  const fs::path folder = sweep_folder(arguments.positional(0));
  const record::Plan plan = sweep::read_plan(folder / "sweep.toml");
  const schedule::ResultsLock lock(folder);
  record::collect_to(plan, folder);
  terminal.out << (folder / "sweep.h5").string() << ": " << plan.runs.size() << " runs\n";
  return Exit::ok;
}

}  // namespace

Command collect_command() {
  Command command;
  command.name = "collect";
  command.summary = "rebuild sweep.h5 from the files of the runs";
  command.about =
      "Reads DIR/sweep.toml and DIR/runs/*/run.h5 and writes DIR/sweep.h5 anew. `runner sweep` does this at "
      "its end; "
      "this command is for folders that were copied together or whose sweep was killed.";
  command.positionals = {{"DIR", "results folder of one sweep, such as results/clip_vs_gp"}};
  command.examples = {{"runner collect results/clip_vs_gp", "the file is there again"}};
  command.exits = {{Exit::ok, "sweep.h5 is there"}, {Exit::busy}, {Exit::storage}};
  command.run = run;
  return command;
}

}  // namespace monge::cli
