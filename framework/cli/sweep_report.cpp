#include "cli/sweep_report.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "cli/display.h"
#include "cli/progress.h"
#include "cli/sweep_folder.h"
#include "cli/tally.h"
#include "report/columns.h"
#include "report/compare.h"
#include "schedule/company.h"
#include "sweep/counted.h"

namespace monge::cli {
namespace {

using sweep::counted;

using Json = nlohmann::json;
using schedule::Action;
using schedule::Outcome;

constexpr std::size_t kMostFailures = 20;  // told in full

// By a second Ctrl-C.
bool is_stopped(const schedule::Summary& summary, const Outcome& outcome) {
  return summary.killed && outcome.status == "killed";
}

bool is_broken(const schedule::Summary& summary, const Outcome& outcome) {
  return outcome.status != "done" && outcome.status != "diverged" && outcome.status != "interrupted" &&
         !is_stopped(summary, outcome);
}

std::size_t stopped(const schedule::Summary& summary) {
  return static_cast<std::size_t>(
      std::count_if(summary.outcomes.begin(), summary.outcomes.end(),
                    [&](const Outcome& outcome) { return is_stopped(summary, outcome); }));
}

// Whether sweep.h5 has what these runs have done.
bool collected(const schedule::Summary& summary) { return !summary.killed && summary.uncollected.empty(); }

std::map<std::string, std::int64_t> seeds_of(const schedule::Work& work) {
  std::map<std::string, std::int64_t> seeds;
  for (const schedule::PlannedRun& run : work.runs) seeds[run.run.id] = run.run.seed;
  return seeds;
}

std::string failures_text(const Ending& ending) {
  const std::map<std::string, std::int64_t> seeds = seeds_of(ending.work);
  std::string text;
  std::size_t told = 0;
  for (const Outcome& outcome : ending.summary.outcomes) {
    if (!is_broken(ending.summary, outcome) || ++told > kMostFailures) continue;
    text += "\n" + title(outcome.label, seeds.at(outcome.id)) + ": " + end_text(outcome) + "\n";
    std::istringstream log(outcome.log);
    for (std::string line; std::getline(log, line);)
      text += "  | " + report::fitted(line, line.size()) + "\n";
    if (!outcome.log.empty())
      text += "  " + (ending.prepared.folder / "runs" / outcome.id / "log.txt").string() + "\n";
  }
  if (told > kMostFailures) text += "\nand " + counted(told - kMostFailures, "more broken run") + "\n";
  return text;
}

// Stale runs by what has changed since they were trained.
std::string stale_text(const schedule::Work& work) {
  std::map<std::string, std::size_t> reasons;
  for (const schedule::PlannedRun& run : work.runs) {
    if (run.action == Action::stale) ++reasons[run.why];
  }
  std::string text;
  for (const auto& [why, count] : reasons) {
    text +=
        counted(count, "run") + " stale (" + why + "): kept as they are; --redo stale trains them again\n";
  }
  return text;
}

std::string longer_text(const Ending& ending) {
  std::map<std::string, std::int64_t> made;  // now
  for (const Outcome& outcome : ending.summary.outcomes)
    if (outcome.status == "done") made[outcome.id] = outcome.step;
  const auto& runs = ending.work.runs;
  const auto longer = std::count_if(runs.begin(), runs.end(), [&](const schedule::PlannedRun& run) {
    const auto found = made.find(run.run.id);
    return (run.action == Action::skip && run.done_steps > run.steps) ||
           (found != made.end() && found->second > run.steps);
  });
  if (longer == 0) return "";
  return counted(static_cast<std::size_t>(longer), "run") +
         " of more generator steps than are asked for: kept as they are; --redo all trains them again\n";
}

std::string others_of(const Ending& ending) {
  std::set<std::string> asked;
  for (const schedule::PlannedRun& run : ending.work.runs) asked.insert(run.run.id);
  return others_text(ending.prepared.folder, asked);
}

std::size_t untouched(const schedule::Work& work) {
  return static_cast<std::size_t>(
      std::count_if(work.runs.begin(), work.runs.end(), [](const auto& run) { return !run.works(); }));
}

std::string counts_text(const Ending& ending) {
  const schedule::Summary& summary = ending.summary;
  const std::vector<std::pair<std::size_t, std::string>> counts{
      {untouched(ending.work), "as before"},
      {static_cast<std::size_t>(summary.done), "done"},
      {static_cast<std::size_t>(summary.diverged), "diverged"},
      {static_cast<std::size_t>(summary.broken) - stopped(summary), "broken"},
      {stopped(summary), "stopped at once"},
      {static_cast<std::size_t>(summary.interrupted), "interrupted"},
      {summary.unstarted, "not started"}};
  std::string text;
  for (const auto& [count, word] : counts) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + word;
  }
  return text;
}

// `all` and `failed` would begin again with what they have begun, and need not be said again: runs that they
// have not come to are marked. What has been begun of the stale is stale no longer.
std::vector<std::string> without_redo(std::vector<std::string> line, schedule::Redo redo) {
  if (redo == schedule::Redo::stale) return line;
  const auto said = std::find(line.begin(), line.end(), "--redo");
  if (said != line.end()) line.erase(said, said + std::min<std::ptrdiff_t>(2, line.end() - said));
  std::erase_if(line, [](const std::string& word) { return word.starts_with("--redo="); });
  return line;
}

std::string next_text(const Ending& ending) {
  const Exit exit = ending_exit(ending);
  const std::string again = shell_line(without_redo(ending.line, ending.prepared.redo));
  if (exit == Exit::interrupted || exit == Exit::killed) return "go on with:  " + again + "\n";
  if (exit == Exit::failed) {
    const auto& all = ending.summary.outcomes;
    const bool late =
        std::any_of(all.begin(), all.end(), [](const Outcome& o) { return o.status == "timeout"; });
    return (late ? "a run out of time goes on from its last snapshot, if it has one, or else begins again: "
                   "resources.timeout gives it more\n"
                 : "") +
           ("try the broken runs again:  " + again + "\n");
  }
  const auto with = [&](const char* command) {
    return shell_line({ending.line.front(), command, ending.prepared.folder.string()}) + "\n";
  };
  return collected(ending.summary) ? "next:  " + with("compare") : "once that is mended:  " + with("collect");
}

// The primary metric alone; runs that broke have been told of.
std::string table_text(const Ending& ending) {
  if (!collected(ending.summary)) return "";
  report::Comparison comparison = report::compare(ending.prepared.folder / "sweep.h5");
  if (comparison.metrics.empty()) return "";
  comparison.metrics.resize(1);
  for (report::CellResult& cell : comparison.cells) cell.metrics.resize(1);
  std::erase_if(comparison.left_out, [](const report::LeftOut& run) { return run.status != "diverged"; });
  return report::table(comparison);
}

}  // namespace

std::string outlook(const schedule::Prepared& prepared, const schedule::Work& work) {
  const std::size_t kept = untouched(work), left = work.runs.size() - kept;
  std::string text = prepared.experiment.name + ": " + counted(prepared.experiment.cells.size(), "cell") +
                     ", " + counted(work.runs.size(), "run");
  if (kept > 0) text += ", " + std::to_string(kept) + " of them kept";
  if (left == 0) return text + "; nothing is left to do";
  text += "; " + counted(left, "run") + " to do on " +
          counted(static_cast<std::size_t>(work.workers), "worker") + " (" + prepared.settings.device + ")";
  if (work.seconds > 0) text += ", about " + sweep::duration_text(std::max(1.0, work.seconds));
  const std::string stale = stale_text(work);
  return stale.empty() ? text : text + "\n" + stale.substr(0, stale.size() - 1);
}

Json plan_json(const schedule::Prepared& prepared, const schedule::Work& work) {
  Json runs = Json::array();
  for (const schedule::PlannedRun& run : work.runs) {
    runs.push_back({{"id", run.run.id},
                    {"label", prepared.experiment.cells.at(run.run.cell).label},
                    {"seed", run.run.seed},
                    {"action", schedule::name(run.action)},
                    {"why", run.why},
                    {"step", run.done_steps},
                    {"steps", run.steps},
                    {"slots", run.slots},
                    {"company", run.company},
                    {"strategy", schedule::why_so(run, prepared.facts.at(run.run.cell).strategy)},
                    {"seconds", run.seconds},
                    {"bytes", run.bytes}});
  }
  return {{"event", "plan"},
          {"name", prepared.experiment.name},
          {"folder", prepared.folder.string()},
          {"device", prepared.settings.device},
          {"workers", work.workers},
          {"seconds", work.seconds},
          {"bytes", work.bytes},
          {"basis", work.basis},
          {"runs", runs}};
}

std::string ending_text(const Ending& ending) {
  std::string text =
      table_text(ending) + failures_text(ending) + stale_text(ending.work) + longer_text(ending);
  if (!text.empty()) text += "\n";
  const std::filesystem::path& folder = ending.prepared.folder;
  text += (ending.summary.killed ? folder : folder / "sweep.h5").string() + ": " +
          counted(ending.work.runs.size(), "run") + ": " + counts_text(ending) + "; " +
          sweep::duration_text(ending.seconds) + "\n";
  const std::string& why = ending.summary.uncollected;
  if (!collected(ending.summary))
    text += "sweep.h5 is left as it was, without what these runs have done" +
            (why.empty() ? "" : ": " + why) + "\n";
  return text + others_of(ending) + next_text(ending);
}

Json ending_json(const Ending& ending) {
  const schedule::Summary& summary = ending.summary;
  Json failures = Json::array();
  for (const Outcome& outcome : summary.outcomes) {
    if (!is_broken(summary, outcome)) continue;
    failures.push_back({{"id", outcome.id},
                        {"label", outcome.label},
                        {"status", outcome.status},
                        {"step", outcome.step},
                        {"text", outcome.text}});
  }
  const std::string file = (ending.prepared.folder / "sweep.h5").string();
  return {{"event", "summary"},
          {"name", ending.prepared.experiment.name},
          {"file", collected(summary) ? Json(file) : Json()},
          {"runs", ending.work.runs.size()},
          {"kept", untouched(ending.work)},
          {"done", summary.done},
          {"diverged", summary.diverged},
          {"broken", static_cast<std::size_t>(summary.broken) - stopped(summary)},
          {"stopped", stopped(summary)},
          {"interrupted", summary.interrupted},
          {"unstarted", summary.unstarted},
          {"failures", failures},
          {"uncollected", summary.uncollected},
          {"seconds", ending.seconds},
          {"exit", static_cast<int>(ending_exit(ending))}};
}

Exit ending_exit(const Ending& ending) { return ending.summary.exit(); }

}  // namespace monge::cli
