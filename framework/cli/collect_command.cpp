#include <filesystem>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/sweep_folder.h"
#include "cli/tally.h"
#include "record/access.h"
#include "record/collect.h"
#include "schedule/results_lock.h"
#include "sweep/counted.h"
#include "sweep/sweep_file.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

// Of those whose file is not there or cannot be read, and why.
std::vector<std::string> missing_runs(const record::Plan& plan, const record::Group& sweep) {
  const std::vector<std::string> status = record::texts_of(sweep, "status"),
                                 why = record::texts_of(sweep, "status_text");
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    if (status[i] != "missing") continue;
    lines.push_back("missing: " + title(plan.runs[i].label, plan.runs[i].seed) + " (" + plan.runs[i].id +
                    ")" + (why[i].empty() ? "" : ": " + why[i]));
  }
  return lines;
}

Exit collect(const Arguments& arguments, Terminal& terminal) {
  const fs::path folder = sweep_folder(arguments.positional(0));
  if (!fs::exists(folder / "sweep.toml")) {
    throw Error(Exit::storage, (folder / "sweep.toml").string() +
                                   ": is not there, which says what runs the sweep has; copy it from where "
                                   "they were trained, or give their `runner sweep` command again");
  }
  const record::Plan plan = sweep::read_plan(folder / "sweep.toml");
  const schedule::ResultsLock lock(folder);
  const record::Group sweep = record::collect_to(plan, folder);
  const std::vector<std::string> lines = missing_runs(plan, sweep);
  terminal.out << (folder / "sweep.h5").string() << ": " << sweep::counted(plan.runs.size(), "run");
  if (!lines.empty()) terminal.out << ", " << lines.size() << " of them missing";
  terminal.out << "\n";
  for (const std::string& line : lines) terminal.err << line << "\n";
  terminal.err << others_text(folder, ids_of(plan));
  return Exit::ok;
}

}  // namespace

Command collect_command() {
  Command command;
  command.name = "collect";
  command.summary = "rebuild sweep.h5 from the files of the runs";
  command.about =
      "Reads DIR/sweep.toml and DIR/runs/*/run.h5 and writes DIR/sweep.h5 anew. `runner sweep` does this at "
      "its end; this command is for folders that were copied together or whose sweep was killed. Which runs "
      "belong to it says DIR/sweep.toml, that of the last command; how many others lie there is told.";
  command.positionals = {{"DIR", "results folder of one sweep, such as results/clip_vs_gp"}};
  command.examples = {{"runner collect results/clip_vs_gp", "the file is there again"}};
  command.exits = {{Exit::ok, "sweep.h5 is there"}, {Exit::busy}, {Exit::storage}};
  command.run = collect;
  return command;
}

}  // namespace monge::cli
