// What a run's metrics say of its generator, and how their values are told apart from those of other runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "measure/evaluator.h"
#include "measure/samples.h"

namespace monge::measure {

/// Ends the name of a value of the large evaluation after the last step: other samples make another quantity.
inline constexpr const char* kFinal = "_final";

/// Adds to `result` the values of all metrics, of evaluate.samples samples of each kind; `at_end`: of
/// evaluate.final_samples, under their names with kFinal. A floor is not a number where fewer than twice as
/// many samples are held out. Throws train::PluginFault.
void add_values(const train::Game& game, const EvaluationSettings& settings, const Compared& compared,
                bool at_end, Evaluation& result);

/// Throws train::PluginFault where a list of a metric has another length than in an evaluation before: a
/// run's are one table.
void check_lengths(const EvaluationSettings& settings, const Evaluation& before, const Evaluation& now);

/// Measures evaluate.samples real samples against others, before anything is trained: throws what the metric
/// has against the experiment (train::PluginFault). What it has answered is kept with the floors.
void rehearse(const train::Game& game, const EvaluationSettings& settings,
              const plugin::Bound<Metric>& metric);

/// Adds or turns into not-a-number the values that only the last evaluation of a run has.
void clear_final_values(const EvaluationSettings& settings, Evaluation& result);

/// A value as it is recorded: two are comparable when all but `reported`'s words agree.
struct Recorded {
  std::string name;
  const Reported* reported = nullptr;
  std::string definition;                // the metric and its parameters, JSON
  std::int64_t samples = 0;              // of each kind
  const Extractor* extractor = nullptr;  // null where no features are read
};
std::vector<Recorded> recorded_values(const EvaluationSettings& settings);

}  // namespace monge::measure
