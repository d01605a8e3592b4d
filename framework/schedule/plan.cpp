#include "schedule/plan.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "monge/error.h"
#include "record/access.h"
#include "record/changes.h"
#include "record/group_file.h"
#include "record/run_file.h"
#include "schedule/company.h"
#include "schedule/estimate.h"

namespace monge::schedule {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

// What one run's folder says, and whether the code has changed since.
struct Found {
  record::RunSummary summary;
  std::string changed;
  fs::path state;
  bool snapshot = false;
  bool again = false;  // by an earlier --redo: it has not begun since
};

using Decision = std::pair<Action, std::string>;

// Why a snapshot cannot be gone on from, or nothing. Throws Error where nobody may know.
std::string fault_of(const fs::path& state, const std::string& id) {
  try {
    const record::Group root = record::read(state, [](std::string_view) { return false; });
    const std::string owner = record::text_of(root.attributes, "run_id");  // none in older files
    if (!owner.empty() && owner != id) return record::of_another_run(state, owner);
  } catch (const record::Damaged& error) {
    return error.what();
  }
  return "";
}

Decision again(const std::string& what, const std::string& why) {
  return {Action::start, what + "; begins again: " + why};
}

// A run that has more to do: on from its snapshot, where there is one of this code.
Decision go_on(Action action, const std::string& what, const Found& found) {
  if (!found.snapshot) return again(what, "it has no snapshot");
  if (!found.changed.empty()) return again(what, found.changed + " changed");
  if (const std::string fault = fault_of(found.state, found.summary.id); !fault.empty())
    return again(what, fault);
  return {action, what};
}

Decision judge_ended(const Found& found, std::int64_t steps, Redo redo) {
  const record::RunSummary& run = found.summary;
  if (run.status == "done" && run.step < steps && (found.changed.empty() || redo == Redo::stale)) {
    return go_on(Action::resume,
                 "generator_steps raised from " + std::to_string(run.step) + " to " + std::to_string(steps),
                 found);
  }
  if (found.changed.empty()) {
    if (run.status == "diverged") return {Action::skip, "diverged at step " + std::to_string(run.step)};
    return {Action::skip, run.step > steps ? "done (has " + std::to_string(run.step) + " steps)" : "done"};
  }
  const std::string changed = found.changed + " changed";
  return redo == Redo::stale ? Decision{Action::start, "stale: " + changed}
                             : Decision{Action::stale, changed};
}

Decision judge(const Found& found, std::int64_t steps, Redo redo) {
  if (redo == Redo::all) return {Action::start, "--redo all"};
  if (found.again) return {Action::start, "--redo: not begun since"};
  const record::RunSummary& run = found.summary;
  const std::string at_step = " at step " + std::to_string(run.step);
  if (run.status == "done" || run.status == "diverged") return judge_ended(found, steps, redo);
  if (run.status == "running")
    return go_on(Action::resume, "cut off at step " + std::to_string(run.step) + " or later", found);
  if (run.status == "interrupted" || run.status == "killed") {
    return go_on(Action::resume, run.status + at_step, found);
  }
  if (run.status == "failed" || run.status == "crashed" || run.status == "timeout") {
    const std::string text = run.status_text.empty() ? run.status + at_step : run.status_text;
    if (redo == Redo::failed) return {Action::start, "--redo failed: " + text};
    if (!found.snapshot) return {Action::retry, text};
    return found.changed.empty() ? Decision{Action::retry, text} : again(text, found.changed + " changed");
  }
  return {Action::start, "its status '" + run.status + "' is none; begins again"};
}

// How long a run of a cell has taken so far, in a pack of `slots`.
struct Trained {
  std::size_t cell = 0;
  std::int64_t steps = 0;
  double seconds = 0;
  std::size_t slots = 0;
};

// What has been found out about one run. Throws Error where its file is none to be replaced.
PlannedRun look(const sweep::Run& run, const sweep::Cell& cell, const CellFacts& facts,
                const fs::path& folder, const PlanSettings& settings, std::vector<Trained>& trained) {
  PlannedRun planned;
  planned.run = run;
  planned.steps = steps_of(cell.config);
  planned.slots = facts.strategy.slots;
  Json fingerprint = facts.fingerprint;
  const fs::path file = folder / "run.h5";
  if (!record::is_there(file)) {
    planned.why = "new";
    return planned;
  }
  Found found;
  try {
    found.summary = record::summary(file);
    if (found.summary.id != run.id)
      throw Error(Exit::storage, record::of_another_run(file, found.summary.id));
  } catch (const record::Damaged& error) {
    planned.why = std::string("begins again: ") + error.what();
    return planned;
  }
  found.again = record::is_ordered_again(folder);
  found.state = folder / "state.h5";
  found.snapshot = !found.again && record::is_there(found.state);
  const Json earlier = parsed(found.summary.fingerprint);
  const std::optional<std::size_t> slots = slots_of(earlier, facts.strategy);
  if (!fingerprint.is_null() && settings.redo != Redo::all && !found.again) {
    // A run that has begun goes on the way it went, packed or alone, whatever new runs would do.
    planned.keeps_way = slots.has_value();
    planned.slots = slots.value_or(planned.slots);
    if (slots) fingerprint["strategy"] = earlier.at("strategy");
    found.changed = record::changes(earlier, fingerprint);
  }
  std::tie(planned.action, planned.why) = judge(found, planned.steps, settings.redo);
  const bool kept = planned.action == Action::skip || planned.action == Action::stale;
  if (kept || (planned.action != Action::start && found.snapshot)) planned.done_steps = found.summary.step;
  trained.push_back({run.cell, found.summary.step, found.summary.seconds, slots.value_or(0)});
  return planned;
}

std::string shape_of(const std::vector<CellFacts>& facts, std::size_t cell) {
  return cell < facts.size() ? facts[cell].strategy.shape : "";
}

Estimates learned(const std::vector<Trained>& trained, const std::vector<CellFacts>& facts,
                  const PlanSettings& settings) {
  Estimates estimates(facts, settings.device);
  Companies companies(settings.workers);
  for (const Trained& run : trained) companies.add(run.slots, shape_of(facts, run.cell));
  for (const Trained& run : trained)
    estimates.learn(run.cell, run.steps, run.seconds, companies.of(run.slots, shape_of(facts, run.cell)));
  return estimates;
}

void set_companies(std::vector<PlannedRun>& runs, const std::vector<CellFacts>& facts, int workers) {
  fit_slots(runs, facts, workers);
  Companies companies(workers);
  for (const PlannedRun& run : runs)
    if (run.works()) companies.add(run.slots, shape_of(facts, run.run.cell));
  for (PlannedRun& run : runs)
    if (run.works()) run.company = companies.of(run.slots, shape_of(facts, run.run.cell));
}

void estimate(Work& work, const sweep::Experiment& experiment, const Estimates& estimates) {
  double longest = 0;  // of the runs, from their beginning to their end
  for (PlannedRun& planned : work.runs) {
    planned.bytes = estimates.bytes(planned.run.cell, experiment.cells[planned.run.cell].config);
    work.bytes += planned.bytes;
    if (!planned.works()) continue;
    const auto left = static_cast<double>(std::max<std::int64_t>(0, planned.steps - planned.done_steps));
    planned.seconds = left * estimates.seconds_per_step(planned.run.cell, planned.company);
    if (planned.seconds > 0) planned.seconds += kRunSeconds;  // 0: nothing is known
    work.seconds += planned.seconds;
    longest =
        std::max(longest, planned.seconds * static_cast<double>(std::max<std::size_t>(1, planned.company)));
  }
  work.seconds = std::max(longest, work.seconds / std::max(1, work.workers));
  if (work.seconds > 0) work.seconds += kWorkerSeconds;
  work.basis = estimates.basis();
}

}  // namespace

Work plan_work(const sweep::Experiment& experiment, const std::vector<CellFacts>& facts,
               const fs::path& results, const PlanSettings& settings) {
  Work work;
  std::vector<Trained> trained;
  std::string unreadable;
  for (const sweep::Run& run : sweep::runs(experiment)) {
    const sweep::Cell& cell = experiment.cells.at(run.cell);
    const CellFacts known = run.cell < facts.size() ? facts[run.cell] : CellFacts();
    try {
      work.runs.push_back(look(run, cell, known, results / "runs" / run.id, settings, trained));
    } catch (const Error& error) {
      unreadable += std::string(error.what()) + "\n";
    }
  }
  if (!unreadable.empty())
    throw Error(Exit::storage,
                unreadable +
                    "nothing is trained in place of what may be whole: make it readable, or move it "
                    "away, and the run is trained anew");
  work.workers = settings.workers;
  set_companies(work.runs, facts, settings.workers);
  estimate(work, experiment, learned(trained, facts, settings));
  return work;
}

}  // namespace monge::schedule
