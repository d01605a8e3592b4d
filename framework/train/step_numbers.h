// What a step has left as the numbers of a row of /train.
#pragma once

#include "train/step.h"

namespace monge::train {

/// NaN where nothing was looked at.
struct StepNumbers {
  double critic_loss, generator_loss, penalty, gap;
  double critic_gradient_norm, generator_gradient_norm, slope_mean, slope_max, weight_max;
};
constexpr std::int64_t kStepNumbers = sizeof(StepNumbers) / sizeof(double);

/// Of one run, or of K whose record is stacked, [K, ...]: [K, kStepNumbers] in the runs' precision, columns
/// in StepNumbers' order.
Tensor table_of(const StepRecord& record);

/// All that a step leaves of K runs: [K, kStepNumbers + 1] float64, a row of table_of and behind it
/// first_bad, as Progress has it.
Tensor table_of(const Tensor& numbers, const Tensor& first_bad);

/// What a step has left of a run: a record of its own, or a row in the table of many.
struct StepLeft {
  StepRecord record = {};
  /// On the CPU or on its way there: whoever has not waited for the device's stream must, before it is read.
  Tensor table = {};  // undefined: there is the record
  std::size_t place = 0;
};

/// They wait for the device where it is a record that is read.
StepNumbers read_numbers(const StepLeft& left);
std::int64_t read_first_bad(const StepLeft& left);

}  // namespace monge::train
