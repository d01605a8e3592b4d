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

/// What a step has left of K runs, on the CPU or on its way there: whoever has not waited for the device's
/// stream must, before it is read.
struct StepTable {
  Tensor numbers;    // float64, as table_of has them
  Tensor first_bad;  // int64 [K], as Progress has it
};

/// What a step has left of a run: a record of its own, or a place in the table of many.
struct StepLeft {
  StepRecord record = {};
  StepTable table = {};  // undefined: there is the record
  std::size_t place = 0;
};

/// They wait for the device where it is a record that is read.
StepNumbers read_numbers(const StepLeft& left);
std::int64_t read_first_bad(const StepLeft& left);

}  // namespace monge::train
