// One number for a whole curve: what it ended at, its best, its mean over the last tenth.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/group.h"

namespace monge::record {

struct SeriesSummary {
  double last;  // at the last step that has a value
  double best;  // the least or greatest value by goal; NaN without a goal
  double tail;  // mean over the steps after 90 % of the last one
};

/// Steps without a value are NaN and are left out; all three are NaN where no step has one. `goal` is "min",
/// "max" or something else for none. `steps` ascend.
SeriesSummary summarize(const std::vector<double>& steps, const std::vector<double>& values,
                        std::string_view goal);

/// One number of every run at each place of the axis ("eval_step"), which repeats itself.
bool is_curve(const Variable& variable, const std::string& axis);

/// summarize() of each run's row of a curve, by its attribute `goal`.
std::vector<SeriesSummary> summarize_runs(const std::vector<double>& steps, const Variable& curve,
                                          std::size_t runs);

}  // namespace monge::record
