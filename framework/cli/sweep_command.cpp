#include <csignal>
#include <memory>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "cli/progress.h"
#include "cli/sweep_report.h"
#include "schedule/conduct.h"
#include "schedule/results_lock.h"

namespace monge::cli {
namespace {

using schedule::Redo;

Redo redo_of(const Arguments& arguments) {
  if (!arguments.has("redo")) return Redo::none;
  const std::string word = arguments.choice("redo", {"stale", "failed", "all"});
  return word == "stale" ? Redo::stale : word == "failed" ? Redo::failed : Redo::all;
}

std::string device_of(const Arguments& arguments) {
  std::string device = arguments.text("device", "auto");
  const bool gpu = device.starts_with("cuda:") && device.size() > 5 && device.size() < 9 &&
                   device.find_first_not_of("0123456789", 5) == std::string::npos;
  if (gpu || device == "auto" || device == "cpu") return device;
  throw usage_error("sweep", "--device must be auto, cpu or cuda:N, got '" + device + "'" +
                                 (device == "cuda" ? "; did you mean 'cuda:0'?" : ""));
}

int threads_of(const Arguments& arguments) {
  constexpr long kMost = 1024;
  if (arguments.text("threads", "1") == "auto") return 0;
  return static_cast<int>(arguments.whole("threads", 1, kMost, 1, "auto"));
}

int pack_of(const Arguments& arguments) {
  constexpr long kMost = 1024;
  const std::string word = arguments.text("pack", "auto");
  if (word == "auto" || word == "off") return word == "off" ? -1 : 0;
  return static_cast<int>(arguments.whole("pack", 1, kMost, 1, "auto or off"));
}

schedule::Order order_of(const Arguments& arguments) {
  schedule::Order order;
  order.file = arguments.positional(0);
  order.flags = {arguments.texts("set"), arguments.texts("axis"), arguments.text("only"),
                 arguments.text("seeds"), arguments.text("size")};
  order.results = arguments.text("results", "results");
  order.worker = worker_program();
  order.plugins = plugin_folders(arguments.texts("plugins"), "sweep");
  order.device = device_of(arguments);
  order.jobs = static_cast<int>(arguments.whole("jobs", 1, 4096, 0));
  order.threads = threads_of(arguments);
  order.pack = pack_of(arguments);
  order.redo = redo_of(arguments);
  order.command = arguments.line();
  return order;
}

std::unique_ptr<schedule::Observer> observer_for(const Arguments& arguments, const std::string& name,
                                                 const schedule::Work& work, Terminal& terminal) {
  if (arguments.has("json")) return std::make_unique<JsonProgress>(terminal.out);
  if (arguments.has("quiet")) return std::make_unique<QuietProgress>(terminal.err);
  Tally tally(name, work);
  if (!terminal.live) return std::make_unique<PlainProgress>(terminal.err, std::move(tally), steady_clock());
  return std::make_unique<LiveProgress>(terminal.err, terminal.colour, std::move(tally), steady_clock(),
                                        terminal_size);
}

Exit show_plan(const Arguments& arguments, const schedule::Prepared& prepared, Terminal& terminal) {
  const std::string in_use = schedule::ResultsLock::in_use(prepared.folder);
  if (!in_use.empty()) terminal.err << in_use << ": its runs at work are listed as still to be done\n";
  const schedule::Work work = schedule::plan_of(prepared);
  if (arguments.has("json")) {
    print_json(terminal.out, plan_json(prepared, work));
  } else {
    terminal.out << schedule::plan_text(prepared.experiment, prepared.facts, work);
  }
  return Exit::ok;
}

Exit train(const Arguments& arguments, const schedule::Prepared& prepared, Terminal& terminal) {
  // Ctrl-C ends the `tee` behind us too: runs are saved though nobody reads any more.
  std::signal(SIGPIPE, SIG_IGN);
  const bool json = arguments.has("json");
  const schedule::ResultsLock lock(prepared.folder);
  const schedule::Work work = schedule::plan_of(prepared);
  if (json) print_json(terminal.out, plan_json(prepared, work));
  if (!json && !arguments.has("quiet")) terminal.err << outlook(prepared, work) << std::endl;
  const Clock clock = steady_clock();
  const double began = clock();
  schedule::Summary summary;
  {
    const auto observer = observer_for(arguments, prepared.experiment.name, work, terminal);
    schedule::Interrupt interrupt(schedule::Interrupt::Signals::take);
    summary = schedule::conduct(prepared, work, *observer, interrupt);
  }
  std::vector<std::string> line = arguments.line();
  line.front() = terminal.program;
  const Ending ending{prepared, work, summary, clock() - began, line};
  if (json) {
    print_json(terminal.out, ending_json(ending));
  } else {
    terminal.out << ending_text(ending);
  }
  return ending_exit(ending);
}

Exit sweep(const Arguments& arguments, Terminal& terminal) {
  const schedule::Prepared prepared = schedule::prepare(order_of(arguments));
  for (const std::string& warning : prepared.experiment.warnings) terminal.err << warning << "\n";
  return arguments.has("plan") ? show_plan(arguments, prepared, terminal)
                               : train(arguments, prepared, terminal);
}

}  // namespace

Command sweep_command() {
  Command command;
  command.name = "sweep";
  command.summary = "train every cell of an experiment's grid";
  command.about =
      "Reads the experiment, checks every cell against its plugins, trains what is not done yet and leaves "
      "DIR/<name>/sweep.h5. Given again, the same command skips finished runs, goes on with interrupted ones "
      "and "
      "tries broken ones once more.\n"
      "Ctrl-C saves the runs at work and ends with exit code 75; a second one stops at once. Progress and "
      "warnings "
      "go to standard error, the table at the end to standard output.";
  command.positionals = {{"FILE", "experiment file (TOML), such as experiments/smoke.toml"}};
  command.options = {
      {"set", 0, "KEY=VALUE", "give a setting in all cells: --set train.batch_size=32", true},
      {"axis", 0, "KEY=A,B", "add an axis to the grid, or replace it: --axis enforcer=clip,none", true},
      {"only", 0, "EXPR", "only cells that match: --only 'loss.plugin == \"bce\"'"},
      {"seeds", 0, "N|A,B",
       "number of seeds, or the seeds themselves: 3 is 1,2,3; and \"7,\" is seed 7 alone"},
      {"size", 0, "NAME",
       "the experiment as its [size.NAME] patches it, with results in <name>_NAME; the file as it stands is "
       "the "
       "smallest"},
      {"plan", 0, "", "say what would run and why, with sizes and estimates; train nothing"},
      {"jobs", 'j', "N", "workers at once [one for each allowed core; one on a GPU]"},
      {"threads", 0, "N|auto",
       "threads of each run on a CPU [1]; auto: as many as there are cores for each run of the sweep. "
       "Roundings depend on it, so runs of another number are stale"},
      {"pack", 0, "N|auto|off",
       "train up to N runs of one shape as one batched computation in each worker, on a GPU as one graph "
       "[auto: as "
       "is best for the device; on a CPU off]. Runs that have begun go on as they went"},
      {"device", 0, "auto|cpu|cuda:N", "where to train [auto: a GPU where there is one]"},
      plugins_option(),
      {"results", 0, "DIR", "folder of results folders [results]"},
      {"redo", 0, "stale|failed|all",
       "train again, from the beginning: finished runs of other code, broken runs, or every run. What is "
       "interrupted goes on without it"},
      {"json", 0, "", "one JSON event a line on standard output"},
      {"quiet", 'q', "", "no progress; warnings and the table only"}};
  command.examples = {
      {"runner sweep experiments/clip_vs_gp.toml", "the whole grid on all allowed cores"},
      {"runner sweep experiments/clip_vs_gp.toml --plan", "what that would do, and how long it would take"},
      {"runner sweep experiments/ring.toml --seeds 1 --set train.generator_steps=500", "a quick look"},
      {"runner sweep experiments/ring.toml --axis dataset.sigma=0.02,0.05", "a wider grid"}};
  command.exits = {
      {Exit::ok, "all runs ended, done or diverged; or there was nothing to do"},
      {Exit::failed, "some runs failed, crashed or ran out of time"},
      {Exit::experiment},
      {Exit::plugin, "a plugin cannot be loaded; one that the experiment misspells is its mistake"},
      {Exit::busy},
      {Exit::storage},
      {Exit::interrupted},
      {Exit::killed}};
  command.run = sweep;
  return command;
}

}  // namespace monge::cli
