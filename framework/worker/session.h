// One run in training: its networks, rows and files. Whoever drives it makes the steps, of this run alone or
// of many at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/group_file.h"
#include "worker/audit_group.h"
#include "worker/binding.h"
#include "worker/detection.h"
#include "worker/last_steps.h"
#include "worker/recording.h"
#include "worker/stop_rules.h"

namespace monge::worker {

/// The word about a run that has failed, to its run.h5 and to the parent. Where run.h5 cannot be written, to
/// its log.
void tell_failed(const std::filesystem::path& folder, const record::MarkedStatus& status);

class Session {
 public:
  /// Binds the run of a request. `slots`: of the pack that it is trained in, 0 alone.
  Session(const Binder& binder, const nlohmann::json& request, std::int64_t slots = 0);

  /// Goes on from the folder's snapshot, or begins; says so.
  void begin();
  /// All steps are made, or a failure or a stop rule has ended it, or it was interrupted; its files are
  /// sealed.
  bool ended() const { return ended_; }

  const train::Game& game() const { return bound_.game; }
  train::Progress& progress() { return progress_; }
  /// Whether stepped() wants what the next step leaves, to read it or to keep it for later.
  bool wants_numbers() const { return reads_numbers() || last_steps_.wanted(); }
  /// Whether it reads them at once.
  bool reads_numbers() const { return is_recorded(progress_.step + 1) || is_evaluated(progress_.step + 1); }

  /// What follows a generator step that progress() has made. Its row: of all runs of a pack before what
  /// follows, lest one's time be in another's row.
  void stepped(const train::StepLeft& left);
  /// Begins an evaluation where the step has one, once the one before has ended.
  void evaluate();
  /// And what may wait for evaluations: stop rules, a snapshot, the end.
  void conclude();

  /// Records what has become of its pack's graph (Pack::graph), once that is known.
  void note_graph(const std::string& verdict);
  void interrupt() { finish("interrupted", "stopped on request"); }
  void fail(const std::string& why);

 private:
  using Clock = std::chrono::steady_clock;

  static double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }
  bool is_recorded(std::int64_t step) const {
    return step % bound_.record_every == 0 || step == bound_.game.settings.generator_steps;
  }
  bool is_evaluated(std::int64_t step) const {
    return step % bound_.evaluation.every == 0 || step == bound_.game.settings.generator_steps;
  }
  void note(const std::string& kind, const std::optional<Failure>& failure);
  void record(const train::StepLeft& left);
  bool diverged(std::int64_t first_bad);
  bool ended_by(const std::optional<Failure>& failure);
  bool exploded() { return ended_by(exploded_in_training(recording_, detect_)); }
  bool exploded_at_last_evaluation();
  bool stopped(StopRule::Reads reads);
  void report_progress();
  void collect_evaluations();
  void finish(const std::string& status, const std::string& text, std::int64_t step = -1);
  void end();
  /// Between two progress events: those of a whole pack are one thread's work.
  double report_seconds() const { return 0.25 * std::clamp(static_cast<double>(in_pack_) / 4, 1.0, 16.0); }
  double seconds() const { return seconds_before_ + seconds_since(begin_); }

  // session_files.cpp
  std::string resume();
  std::string take_up(const record::Group& rows);
  std::string unfit(const record::Group& state, const record::Group& rows) const;
  static double snapshot_interval(double cost);
  void take_snapshot();
  record::Sealing run_file();
  record::Sealing state_file();
  void write_run();
  void write_state();
  void write_animation();

  std::string id_;
  std::filesystem::path folder_;
  BoundRun bound_;
  std::string fingerprint_, left_;
  nlohmann::json provenance_;
  std::int64_t in_pack_;  // runs that wait while this one writes
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
  bool ended_ = false, untouchable_ = false;  // its files may be whole, and cannot be read
  measure::Evaluator evaluator_;              // last: its thread reads the members above
};

}  // namespace monge::worker
