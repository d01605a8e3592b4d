#include <filesystem>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/sweep_folder.h"
#include "record/equal.h"
#include "record/group_file.h"
#include "report/compare.h"
#include "sweep/counted.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

fs::path sweep_file_in(const fs::path& folder) {
  if (!fs::exists(folder / "sweep.h5")) {
    throw Error(Exit::storage, folder.string() + ": holds no sweep.h5; `runner collect " + folder.string() +
                                   "` makes it from the files of the runs");
  }
  return folder / "sweep.h5";
}

report::Comparison compared(const fs::path& folder) {
  const fs::path file = sweep_file_in(folder);
  try {
    return report::compare(file);
  } catch (const record::Damaged& error) {
    throw Error(error.exit(), std::string(error.what()) + "; `runner collect " + folder.string() +
                                  "` makes it again from the files of the runs");
  }
}

// Weights may have been deleted to save room: no difference, but nothing that is known to be equal either.
std::string uncompared(const record::Extent& extent) {
  const std::vector<std::string>& ids = extent.without_state;
  if (ids.empty()) return "";
  return "not compared: the networks (state.h5) of " + sweep::counted(ids.size(), "run") +
         ", which not both folders have: " + ids.front() + (ids.size() > 1 ? ", ..." : "") + "\n";
}

Exit equal(const Arguments& arguments, Terminal& terminal) {
  if (arguments.positionals().size() != 2) throw usage_error("compare", "--equal needs two folders");
  if (arguments.has("json") || arguments.has("csv")) {
    throw usage_error("compare", "--equal has no table: leave out --json and --csv");
  }
  record::Extent extent;
  const std::vector<std::string> differences =
      record::differences(arguments.positional(0), arguments.positional(1), &extent);
  if (differences.empty()) {
    terminal.out << "equal: " << sweep::counted(extent.runs, "run") << ", "
                 << sweep::counted(extent.arrays, "array") << "\n"
                 << uncompared(extent);
    return Exit::ok;
  }
  for (const std::string& difference : differences) terminal.out << difference << "\n";
  terminal.out << uncompared(extent);
  return Exit::failed;
}

Exit compare(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("equal")) return equal(arguments, terminal);
  if (arguments.positionals().size() != 1) {
    throw usage_error("compare", "one folder makes a table; add --equal to hold two against each other");
  }
  if (arguments.has("json") && arguments.has("csv")) throw usage_error("compare", "choose --json or --csv");
  const report::Comparison comparison = compared(sweep_folder(arguments.positional(0)));
  if (arguments.has("csv")) terminal.err << report::unlike_code_text(comparison);
  if (arguments.has("json")) {
    print_json(terminal.out, report::to_json(comparison));
  } else {
    terminal.out << (arguments.has("csv") ? report::to_csv(comparison) : report::table(comparison));
  }
  return Exit::ok;
}

}  // namespace

Command compare_command() {
  Command command;
  command.name = "compare";
  command.summary = "a table of all cells; or whether two results folders are equal";
  command.about =
      "For each cell the parameters that vary and the median over its seeds, with the least and the "
      "greatest, of each "
      "metric's last and best value and of its mean over the last tenth of the run. Only runs that are done "
      "count: `runs` says how many of those planned, and a number in brackets behind a value how many have "
      "it, where that is fewer.\n"
      "In CSV a cell's runs are counted as planned, done, diverged and other; `runs` are those that have the "
      "value. JSON has null where there is no value, infinity as the text \"inf\" or \"-inf\", and "
      "parameters "
      "as numbers, truth values or texts, null where the cell has no such key.\n"
      "With --equal, says whether the runs of two folders agree bit for bit; what may differ between equal "
      "runs, such as "
      "seconds, is left out. Networks (state.h5) that one of them lacks are named as not compared.";
  command.positionals = {{"DIR", "results folder, such as results/clip_vs_gp"},
                         {"OTHER", "with --equal: the folder to hold it against", false}};
  command.options = {{"equal", 0, "", "compare two folders bit for bit"},
                     {"json", 0, "", "the table as JSON"},
                     {"csv", 0, "", "the table as CSV"}};
  command.examples = {
      {"runner compare results/clip_vs_gp", "which enforcer trains best?"},
      {"runner compare --equal results/a/ring results/b/ring", "exit code 0 when nothing differs"}};
  command.exits = {{Exit::ok, "success; with --equal: nothing differs"},
                   {Exit::failed, "with --equal: the folders differ"},
                   {Exit::storage}};
  command.run = compare;
  return command;
}

}  // namespace monge::cli
