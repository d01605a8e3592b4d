#include "record/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace monge::record {

SeriesSummary summarize(const std::vector<double>& steps, const std::vector<double>& values,
                        std::string_view goal) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  SeriesSummary summary{nan, nan, nan};
  double last_step = nan;
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

}  // namespace monge::record
