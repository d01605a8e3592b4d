// The numbers of a run as it trains, and the run.h5 they become.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "measure/evaluator.h"
#include "record/columns.h"
#include "record/run_file.h"
#include "worker/audit_group.h"
#include "worker/row.h"

namespace monge::worker {

/// Rows of /train and /eval so far, and events.
class Recording {
 public:
  void add(const train::Game& game, const Row& row);
  void add(measure::Evaluation evaluation);
  void add_event(std::int64_t step, std::string kind, std::string text);

  bool has_rows() const { return !steps_.empty(); }
  bool has_evaluations() const { return !evaluations_.empty(); }
  bool has_event(const std::string& kind) const;
  const std::vector<std::int32_t>& steps() const { return steps_; }
  const std::vector<double>& column(const std::string& name) const;
  const std::vector<measure::Evaluation>& evaluations() const { return evaluations_; }
  double last(const std::string& name) const;              // NaN before the first row
  double last_evaluation(const std::string& value) const;  // NaN before the first, and of a histogram

  /// The whole content of run.h5. `provenance` and `fingerprint` are JSON texts; `audit` is null in a run
  /// without one.
  record::Group group(const record::MarkedStatus& status, const std::string& provenance,
                      const std::string& fingerprint, const measure::EvaluationSettings& settings,
                      const AuditFrame* audit = nullptr) const;

  /// Which rows of an earlier run.h5 a run that goes on keeps: those up to `step` that the run would have if
  /// it had never been cut off, so not the last ones of a shorter run.
  struct Kept {
    std::int64_t record_every, evaluate_every, step, last;
    bool row(std::int64_t at) const { return keeps(at, record_every); }
    bool evaluation(std::int64_t at) const { return keeps(at, evaluate_every); }

   private:
    bool keeps(std::int64_t at, std::int64_t every) const {
      return at <= step && (at % every == 0 || at == last);
    }
  };
  void take_over(const record::Group& earlier, const Kept& kept, const measure::EvaluationSettings& settings);

  /// Takes over what happened to earlier attempts: when the first began, and the events. Failures that are
  /// seen in rows (detection.h) belong to these and come with them.
  void take_over_history(const record::Group& earlier);

 private:
  struct Event {
    std::int64_t step;
    std::string kind, text;
  };
  static std::vector<Event> events_of(const record::Group& earlier);
  void take_over_rows(const record::Group& train, const Kept& kept);

  std::vector<std::int32_t> steps_;
  std::vector<std::vector<double>> rows_ = std::vector<std::vector<double>>(record::columns().size());
  std::vector<measure::Evaluation> evaluations_;
  std::vector<Event> events_;
  std::string created_;  // empty: now
};

}  // namespace monge::worker
