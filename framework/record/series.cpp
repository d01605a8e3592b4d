#include "record/series.h"

#include <algorithm>
#include <cmath>

#include "record/access.h"

namespace monge::record {

SeriesSummary summarize(const std::vector<double>& steps, const std::vector<double>& values,
                        std::string_view goal) {
  SeriesSummary summary{kNone, kNone, kNone};
  double last_step = kNone;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    summary.last = values[i];
    last_step = steps[i];
    if (goal == "min") summary.best = std::fmin(summary.best, values[i]);  // fmin leaves NaN out
    if (goal == "max") summary.best = std::fmax(summary.best, values[i]);
  }
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || (steps[i] <= 0.9 * last_step && last_step > 0)) continue;
    sum += values[i];
    ++count;
  }
  if (count > 0) summary.tail = sum / count;
  return summary;
}

bool is_curve(const Variable& variable, const std::string& axis) {
  return variable.dims == std::vector<std::string>{"run", axis} && !is_volatile(variable) &&
         std::holds_alternative<std::vector<double>>(variable.values);
}

std::vector<SeriesSummary> summarize_runs(const std::vector<double>& steps, const Variable& curve,
                                          std::size_t runs) {
  const std::string goal = text_of(curve.attributes, "goal");
  const auto& values = std::get<std::vector<double>>(curve.values);
  std::vector<SeriesSummary> summaries;
  for (std::size_t run = 0; run < runs; ++run) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(run * steps.size());
    summaries.push_back(summarize(steps, {begin, begin + static_cast<std::ptrdiff_t>(steps.size())}, goal));
  }
  return summaries;
}

}  // namespace monge::record
