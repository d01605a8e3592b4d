#include "worker/run.h"

#include <monge/error.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "record/access.h"
#include "record/group_file.h"
#include "record/publish.h"
#include "train/calling.h"
#include "worker/animation.h"
#include "worker/channel.h"
#include "worker/detection.h"
#include "worker/last_steps.h"
#include "worker/recording.h"
#include "worker/snapshot.h"
#include "worker/stop.h"
#include "worker/stop_rules.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Seconds until the next snapshot when the last one cost `cost`. MONGE_SNAPSHOT_SECONDS sets it, for tests:
// it decides when files are written, never what is in them.
double snapshot_interval(double cost) {
  const char* given = std::getenv("MONGE_SNAPSHOT_SECONDS");
  return given == nullptr ? std::max(20.0, 100 * cost) : std::atof(given);
}

constexpr double kReportSeconds = 0.25;  // between two progress events
constexpr double kSilenceSeconds = 5;    // after which one is sent though there is nothing new

class Session {
 public:
  Session(const Binder& binder, const Json& request)
      : id_(request.at("id")),
        folder_(request.at("folder").get<std::string>()),
        bound_(bind_run(binder, request.at("config"), request.at("seed").get<std::uint64_t>())),
        fingerprint_(bound_.fingerprint.dump()),
        provenance_(request.value("provenance", Json::object()).dump()),
        stop_rules_(stop_rules(request.at("config"))),
        detect_(detect_settings(request.at("config"))),
        audit_(audit_frame(bound_.game, bound_.evaluation)),
        last_steps_(detect_.last_steps),
        progress_(bound_.game),
        evaluator_(bound_.game, bound_.evaluation) {
    status_ = {.status = "running",
               .text = "",
               .step = 0,
               .id = id_,
               .cell_id = request.value("cell_id", ""),
               .sweep = request.value("sweep", ""),
               .label = request.value("label", ""),
               .seed = request.at("seed"),
               .config = request.at("config").dump()};
  }

  // The loop a reader looks for.
  void train() {
    const std::string note = resume();
    const std::int64_t steps = bound_.game.settings.generator_steps;
    send({{"event", "started"}, {"id", id_}, {"step", progress_.step}, {"steps", steps}, {"note", note}});
    // Cut off between its last rows and its last word?
    if (diverged() || exploded() || stopped(StopRule::Reads::train) || stopped(StopRule::Reads::eval)) return;
    while (progress_.step < steps) {
      if (stop_requested()) return finish("interrupted", "stopped on request");
      at_step(progress_.step + 1);
      const std::int64_t next = progress_.step + 1;
      const bool recorded = next % bound_.record_every == 0 || next == steps;
      step(recorded);
      if (recorded && (diverged() || exploded() || stopped(StopRule::Reads::train))) return;
      const bool evaluated = next % bound_.evaluation.every == 0 || next == steps;
      if (evaluated && (diverged() || exploded_at_last_evaluation())) return;
      if (evaluated) evaluate();
      if (progress_.step == evaluated_step_ && stopped(StopRule::Reads::eval)) return;
      if (seconds_since(last_report_) > (recorded ? kReportSeconds : kSilenceSeconds)) report_progress();
      if (seconds_since(last_snapshot_) > snapshot_interval_) take_snapshot();
    }
    if (exploded_at_last_evaluation()) return;
    finish("done", "");
  }

  void fail(const std::string& why) {
    status_.status = "failed";
    status_.text = why + ", step " + std::to_string(progress_.step + 1);
    status_.step = progress_.step;
    recording_.add_event(progress_.step, "failed", status_.text);
    write_run();
    end();
  }

  const std::string& status() const { return status_.status; }

 private:
  // Goes on from the folder's snapshot where code, data and device are still the same. Returns why not, or
  // nothing.
  std::string resume() {
    const auto state_path = folder_ / "state.h5", run_path = folder_ / "run.h5";
    if (!std::filesystem::exists(run_path)) std::filesystem::remove(state_path);  // cut off between the two
    if (!std::filesystem::exists(state_path)) return "";
    std::string why;
    try {
      const auto rows = record::read(run_path);
      recording_.take_over_history(rows);
      const auto state = record::read(state_path);
      why = unfit(state, rows);
      if (why.empty()) {
        restore(state, bound_.game, progress_);
        last_steps_.take_over(state);
        recording_.take_over(rows,
                             {bound_.record_every, bound_.evaluation.every, progress_.step,
                              bound_.game.settings.generator_steps},
                             bound_.evaluation);
        if (const double earlier = recording_.last("seconds"); std::isfinite(earlier))
          seconds_before_ = earlier;
        reported_step_ = progress_.step;
        last_report_ = Clock::now();
        return "";
      }
    } catch (const std::exception& error) {
      why = error.what();
      progress_ = train::Progress(bound_.game);
    }
    std::filesystem::remove(state_path);  // it no longer belongs to the rows that follow
    recording_.add_event(0, "begins again", why);
    return "begins again: " + why;
  }

  // Why this pair of files cannot be continued, or nothing.
  std::string unfit(const record::Group& state, const record::Group& rows) const {
    const auto earlier = fingerprint_of(state);
    if (earlier != fingerprint_) return what_changed(earlier) + " since its snapshot";
    if (record::text_of(rows, "fingerprint") != earlier ||
        record::number_of(rows.attributes, "step") < snapshot_step(state)) {
      return "run.h5 and state.h5 are of two different attempts";
    }
    return "";
  }

  std::string what_changed(const std::string& earlier) const {
    std::string names;
    const Json before = Json::parse(earlier, nullptr, false);
    const auto compare = [&](const Json& old, const Json& now) {
      for (const auto& [key, value] : now.items()) {
        if (key != "plugins" && (!old.is_object() || old.value(key, Json()) != value))
          names += (names.empty() ? "" : ", ") + key;
      }
    };
    compare(before, bound_.fingerprint);
    compare(before.is_object() ? before.value("plugins", Json::object()) : Json(),
            bound_.fingerprint.at("plugins"));
    return names + " changed";
  }

  void step(bool recorded) {
    const auto record = train::macro_step(bound_.game, progress_, recorded || last_steps_.wanted());
    const Row row{progress_.step, progress_.updates, seconds(), record};
    if (last_steps_.wanted()) last_steps_.add(row);
    if (!recorded) return;
    recording_.add(bound_.game, row);
    note("vanished", vanished(recording_, detect_));
  }

  // A failure that does not end the run; the first of its kind.
  void note(const std::string& kind, const std::optional<Failure>& failure) {
    if (failure && !recording_.has_event(kind)) recording_.add_event(failure->step, kind, failure->text);
  }

  // Ends a run that has met a non-finite loss, which is a result.
  bool diverged() {
    const auto first_bad = progress_.first_bad.item<std::int64_t>();
    if (first_bad < 0) return false;
    finish("diverged", "non-finite loss at step " + std::to_string(first_bad), first_bad);
    return true;
  }

  bool ended_by(const std::optional<Failure>& failure) {
    if (failure) finish("diverged", failure->text, failure->step);
    return failure.has_value();
  }

  bool exploded() { return ended_by(exploded_in_training(recording_, detect_)); }

  // Acts at the next evaluation, or at the end: by then the last one has been made beside the training that
  // need not wait for it, and the step at which the run ends is the same every time.
  bool exploded_at_last_evaluation() {
    collect_evaluations();
    return ended_by(exploded_in_evaluation(recording_, detect_));
  }

  // Ends a run whose last row fulfils a [[stop]] rule, which is a result. Training waits for an evaluation
  // that a rule reads.
  bool stopped(StopRule::Reads reads) {
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

  void evaluate() {
    evaluated_step_ = progress_.step;
    evaluator_.submit(measure::copies_of(bound_.game, progress_, bound_.evaluation));
  }

  void report_progress() {
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

  void collect_evaluations() {
    while (!evaluator_.wait_below(1, kSilenceSeconds)) report_progress();
    for (auto& evaluation : evaluator_.drain()) {
      recording_.add(std::move(evaluation));
      note("collapsed", collapsed(recording_, detect_));
    }
  }

  // run.h5 before state.h5: rows past the state are cut when the run goes on.
  void take_snapshot() {
    collect_evaluations();
    const auto begin = Clock::now();
    write_run();
    write_state();
    send({{"event", "snapshot"}, {"id", id_}, {"step", progress_.step}});
    snapshot_interval_ = snapshot_interval(seconds_since(begin));
    last_snapshot_ = Clock::now();
  }

  // The last word, `done`, is written when all else is on disk: whoever reads it finds the weights too.
  void finish(const std::string& status, const std::string& text, std::int64_t step = -1) {
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
    if (bound_.animated && status != "interrupted") write_animation();
    std::vector<record::Sealing> files;
    files.push_back(state_file());
    status_.status = status;
    status_.text = text;
    status_.step = step < 0 ? progress_.step : step;
    if (status == "diverged") recording_.add_event(status_.step, status, text);
    files.push_back(run_file());
    record::seal_in_order(files);
    end();
  }

  void end() {
    send({{"event", "ended"},
          {"id", id_},
          {"status", status_.status},
          {"step", status_.step},
          {"text", status_.text}});
  }

  record::Sealing run_file() {
    if (status_.status == "running") status_.step = progress_.step;
    auto group = recording_.group(status_, provenance_, fingerprint_, bound_.evaluation,
                                  bound_.evaluation.audited ? &audit_ : nullptr);
    if (status_.status == "diverged" && last_steps_.wanted())
      group.groups.push_back(last_steps_.group(bound_.game, /*with_seconds=*/true));
    if (status_.status != "running") {
      for (auto& [name, value] : group.attributes) {
        if (name == "finished") value = record::now_iso8601();
      }
    }
    return {folder_ / "run.h5", std::move(group), record::Compression::gzip};
  }

  record::Sealing state_file() {
    auto group = snapshot(bound_.game, progress_, fingerprint_);
    if (last_steps_.wanted()) group.groups.push_back(last_steps_.group(bound_.game, /*with_seconds=*/false));
    return {folder_ / "state.h5", std::move(group), record::Compression::none};
  }

  void write_animation() {
    const std::string gif = animation(recording_.evaluations(), bound_.game.data->test);
    if (!gif.empty()) record::publish_text(folder_ / "samples.gif", gif);
  }

  void write_run() {
    const record::Sealing file = run_file();
    record::seal(file.path, file.group, file.compression);
  }

  void write_state() {
    const record::Sealing file = state_file();
    record::seal(file.path, file.group, file.compression);
  }

  double seconds() const { return seconds_before_ + seconds_since(begin_); }

  std::string id_;
  std::filesystem::path folder_;
  BoundRun bound_;
  std::string fingerprint_, provenance_;
  std::vector<StopRule> stop_rules_;
  DetectSettings detect_;
  AuditFrame audit_;
  LastSteps last_steps_;
  train::Progress progress_;
  Recording recording_;
  record::MarkedStatus status_;
  Clock::time_point begin_ = Clock::now(), last_snapshot_ = begin_, last_report_ = begin_;
  std::int64_t reported_step_ = 0, evaluated_step_ = 0;
  double seconds_before_ = 0, snapshot_interval_ = snapshot_interval(0);
  measure::Evaluator evaluator_;  // last: its thread reads the members above
};

void failed_early(const Json& request, const std::string& why) {
  record::MarkedStatus status{"failed",
                              why,
                              0,
                              request.value("id", ""),
                              request.value("cell_id", ""),
                              request.value("sweep", ""),
                              request.value("label", ""),
                              request.value("seed", std::int64_t{0}),
                              request.value("config", Json::object()).dump()};
  try {
    record::mark(request.at("folder").get<std::string>(), status);
  } catch (const std::exception& error) {
    status.text += std::string("; ") + error.what();
  }
  send({{"event", "ended"}, {"id", status.id}, {"status", "failed"}, {"step", 0}, {"text", status.text}});
}

}  // namespace

bool run(const Binder& binder, const Json& request) {
  std::unique_ptr<Session> session;
  at_step(0);
  try {
    session = std::make_unique<Session>(binder, request);
    session->train();
    return session->status() != "interrupted";
  } catch (const std::exception& error) {
    const std::string why = train::words_of(error);
    try {
      if (session == nullptr)
        failed_early(request, why);
      else
        session->fail(why);
    } catch (const std::exception& second) {
      failed_early(request, why + "; " + train::words_of(second));
    }
    return !binder.device.is_cuda();  // a fault on a GPU spoils its process for every later run
  }
}

}  // namespace monge::worker
