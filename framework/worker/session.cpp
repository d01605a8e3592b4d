#include "worker/session.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "measure/values.h"
#include "record/run_file.h"
#include "train/calling.h"
#include "worker/channel.h"
#include "worker/lane.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

constexpr double kSilenceSeconds = 5;        // after which one is sent though there is nothing new
constexpr double kLongestEvaluation = 3600;  // after that its silence counts as the run's

// Where a run comes from, and how it is trained: the parent's word for it.
Json provenance_of(const Json& request, const std::string& strategy) {
  Json provenance = request.value("provenance", Json::object());
  provenance["strategy"] = {{"name", strategy}, {"why", request.value("why", "")}};
  return provenance;
}

void send_end(const record::MarkedStatus& status) {
  send({{"event", "ended"},
        {"id", status.id},
        {"status", status.status},
        {"step", status.step},
        {"text", status.text}});
}

}  // namespace

Session::Session(const Binder& binder, const Json& request, std::int64_t slots)
    : id_(request.at("id")),
      folder_(request.at("folder").get<std::string>()),
      bound_(bind_run(binder, request.at("config"), request.at("seed").get<std::uint64_t>(), slots)),
      fingerprint_(bound_.fingerprint.dump()),
      left_(request.value("left", "")),
      provenance_(provenance_of(request, bound_.game.strategy.name())),
      in_pack_(std::max<std::int64_t>(1, slots)),
      stop_rules_(stop_rules(request.at("config"))),
      detect_(detect_settings(request.at("config"))),
      audit_(audit_frame(bound_.game, bound_.evaluation)),
      last_steps_(detect_.last_steps, binder.device),
      progress_(bound_.game),
      status_(record::status_of(request, "running")),
      evaluator_(bound_.game, bound_.evaluation) {}

void Session::begin() {
  std::string note;
  if (left_.empty()) {
    try {
      note = resume();
    } catch (...) {  // they may be whole
      untouchable_ = true;
      throw;
    }
  } else {  // a snapshot of the pack's is of other roundings
    std::filesystem::remove(folder_ / "state.h5");
    recording_.add_event(0, "begins again", left_);
    note = "begins again: " + left_;
  }
  const std::int64_t steps = bound_.game.settings.generator_steps;
  send({{"event", "started"}, {"id", id_}, {"step", progress_.step}, {"steps", steps}, {"note", note}});
  // Cut off between its last rows and its last word?
  if (diverged(progress_.first_bad.item<std::int64_t>()) || exploded() || stopped(StopRule::Reads::train) ||
      stopped(StopRule::Reads::eval))
    return;
  if (progress_.step < steps) return;
  // Fewer steps are asked for than it has: it ends where it is, with what an end has.
  bound_.game.settings.generator_steps = progress_.step;
  const auto& evaluations = recording_.evaluations();
  if (evaluations.empty() || evaluations.back().step < progress_.step) evaluate();
  conclude();
}

void Session::stepped(const train::StepLeft& left) {
  const std::int64_t step = progress_.step;
  const bool recorded = is_recorded(step);
  record(left);
  if ((recorded || is_evaluated(step)) && diverged(train::read_first_bad(left))) return;
  if (recorded && !exploded()) stopped(StopRule::Reads::train);
}

void Session::evaluate() {
  if (ended_ || !is_evaluated(progress_.step) || exploded_at_last_evaluation()) return;
  evaluated_step_ = progress_.step;
  auto copies = measure::copies_of(bound_.game, progress_, bound_.evaluation);
  settle(bound_.game.options.device());
  evaluator_.submit(std::move(copies));
}

void Session::conclude() {
  const std::int64_t step = progress_.step;
  if (ended_ || (step == evaluated_step_ && stopped(StopRule::Reads::eval))) return;
  if (seconds_since(last_report_) > (is_recorded(step) ? report_seconds() : kSilenceSeconds))
    report_progress();
  if (seconds_since(last_snapshot_) > snapshot_interval_) take_snapshot();
  if (step >= bound_.game.settings.generator_steps && !exploded_at_last_evaluation()) finish("done", "");
}

void Session::fail(const std::string& why) {
  const bool trained = progress_.step >= bound_.game.settings.generator_steps;
  status_.status = "failed";
  status_.text = trained ? why : why + ", step " + std::to_string(progress_.step + 1);
  status_.step = progress_.step;
  if (untouchable_) return end();
  bool written = false;
  try {
    recording_.add_event(progress_.step, "failed", status_.text);
    write_run();
    written = true;
    record::end_ordered(folder_);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the files of the failed run: %s\n", error.what());
  }
  if (written) return end();
  ended_ = true;
  tell_failed(folder_, status_);
}

void Session::note_graph(const std::string& verdict) {
  if (verdict.empty() || provenance_["strategy"].contains("graph")) return;
  provenance_["strategy"]["graph"] = verdict;
  std::fprintf(stderr, "step %lld: graph: %s\n", static_cast<long long>(progress_.step), verdict.c_str());
  if (verdict != "captured" && !recording_.has_event("no graph"))
    recording_.add_event(progress_.step, "no graph", verdict);
}

void Session::record(const train::StepLeft& left) {
  const Row row{progress_.step, progress_.updates, seconds(), left};
  if (last_steps_.wanted()) last_steps_.add(row);
  if (!is_recorded(progress_.step)) return;
  recording_.add(bound_.game, row);
  note("vanished", vanished(recording_, detect_));
}

// A failure that does not end the run; the first of its kind.
void Session::note(const std::string& kind, const std::optional<Failure>& failure) {
  if (failure && !recording_.has_event(kind)) recording_.add_event(failure->step, kind, failure->text);
}

// Ends a run that has met a non-finite loss, which is a result.
bool Session::diverged(std::int64_t first_bad) {
  if (first_bad < 0) return false;
  const std::string first = last_steps_.first_non_finite(bound_.game);
  finish(
      "diverged",
      "non-finite loss at step " + std::to_string(first_bad) + (first.empty() ? "" : ": first was " + first),
      first_bad);
  return true;
}

bool Session::ended_by(const std::optional<Failure>& failure) {
  if (failure) finish("diverged", failure->text, failure->step);
  return failure.has_value();
}

// Acts at the next evaluation, or at the end: by then the last one has been made beside the training that
// need not wait for it, and the step at which the run ends is the same every time.
bool Session::exploded_at_last_evaluation() {
  collect_evaluations();
  return ended_by(exploded_in_evaluation(recording_, detect_));
}

// Ends a run whose last row fulfils a [[stop]] rule, which is a result. Training waits for an evaluation
// that a rule reads.
bool Session::stopped(StopRule::Reads reads) {
  for (const StopRule& rule : stop_rules_) {
    if (rule.reads != reads) continue;
    const bool eval = reads == StopRule::Reads::eval;
    if (eval) collect_evaluations();
    if (!(eval ? recording_.has_evaluations() : recording_.has_rows())) continue;
    const auto last = [&](const std::string& name) {
      if (is_seen_in_rows(name)) return recording_.has_event(name) ? 1.0 : 0.0;
      return eval ? recording_.last_evaluation(name) : recording_.last(name);
    };
    if (!holds(rule.rule, last)) continue;
    finish("diverged", rule.why + " (" + rule.condition + ")");
    return true;
  }
  return false;
}

void Session::report_progress() {
  const double rate = static_cast<double>(progress_.step - reported_step_) / seconds_since(last_report_);
  last_report_ = Clock::now();
  reported_step_ = progress_.step;
  const auto finite = [](double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); };
  send({{"event", "progress"},
        {"id", id_},
        {"step", progress_.step},
        {"steps", bound_.game.settings.generator_steps},
        {"critic_loss", finite(recording_.last("critic_loss"))},
        {"generator_loss", finite(recording_.last("generator_loss"))},
        {"steps_per_second", rate}});
}

void Session::collect_evaluations() {
  // One that does not end is reported as this thread's: it is this one that the parent's signal asks.
  for (auto begin = Clock::now(); !evaluator_.wait_below(1, kSilenceSeconds);) {
    train::calling_plugin = evaluator_.in();
    if (seconds_since(begin) < kLongestEvaluation) report_progress();
  }
  train::calling_plugin = nullptr;
  for (auto& evaluation : evaluator_.drain()) {
    if (!recording_.evaluations().empty())
      measure::check_lengths(bound_.evaluation, recording_.evaluations().front(), evaluation);
    recording_.add(std::move(evaluation));
    note("collapsed", collapsed(recording_, detect_));
  }
}

// The last word, `done`, is written when all else is on disk: whoever reads it finds the weights too.
void Session::finish(const std::string& status, const std::string& text, std::int64_t step) {
  try {
    collect_evaluations();
  } catch (const std::exception& error) {
    if (status != "diverged") throw;
    recording_.add_event(progress_.step, "evaluation failed",
                         error.what());  // metrics of a broken generator may fail
    collect_evaluations();
  }
  // An older state.h5 fits only the rows beside it: should this end be cut off, there must be rows up to
  // the new one. A run of seconds has none, and is spared a third of its writing.
  if (std::filesystem::exists(folder_ / "state.h5")) write_run();
  std::vector<record::Sealing> files;
  files.push_back(state_file());
  status_.status = status;
  status_.text = text;
  status_.step = step < 0 ? progress_.step : step;
  if (status == "diverged") recording_.add_event(status_.step, status, text);
  files.push_back(run_file());
  record::seal_in_order(files);
  record::fulfil_order(folder_);
  if (bound_.animated && status != "interrupted") write_animation();
  end();
}

void Session::end() {
  ended_ = true;
  send_end(status_);
}

void tell_failed(const std::filesystem::path& folder, const record::MarkedStatus& status) {
  try {
    record::mark(folder, status);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "its end is not recorded: %s\n", error.what());
  }
  send_end(status);
}

}  // namespace monge::worker
