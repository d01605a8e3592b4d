// The numbers of a run as it trains, and the run.h5 they become.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "measure/evaluator.h"
#include "record/run_file.h"
#include "train/step.h"

namespace monge::worker {

/// A column of /train.
struct Column {
  const char *name, *unit, *doc, *goal;
  bool is_volatile = false;
};
const std::vector<Column>& columns();

/// Rows of /train and /eval so far, and events.
class Recording {
 public:
  Recording();

  /// Reads the record's tensors: the one place where training waits for the device.
  void add(const train::Game& game, const train::Progress& progress, const train::StepRecord& record,
           double seconds);
  void add(measure::Evaluation evaluation);
  void add_event(std::int64_t step, std::string kind, std::string text);

  double last(const std::string& column) const;  // NaN before the first row

  /// The whole content of run.h5. `provenance` and `fingerprint` are JSON texts.
  record::Group group(const record::MarkedStatus& status, const std::string& provenance,
                      const std::string& fingerprint,
                      const std::vector<plugin::Bound<Metric>>& metrics) const;

  /// Takes over the rows of an earlier run.h5 up to and including `step`.
  void take_over(const record::Group& earlier, std::int64_t step);

 private:
  struct Event {
    std::int64_t step;
    std::string kind, text;
  };
  std::vector<std::int32_t> steps_;
  std::map<std::string, std::vector<double>> rows_;
  std::vector<measure::Evaluation> evaluations_;
  std::vector<Event> events_;
};

}  // namespace monge::worker
