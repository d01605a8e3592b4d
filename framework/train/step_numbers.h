// What a step has left as the numbers of a row of /train.
#pragma once

#include <cstddef>

#include "train/step.h"

namespace monge::train {

/// NaN where nothing was looked at.
struct StepNumbers {
  double critic_loss, generator_loss, penalty, gap;
  double critic_gradient_norm, generator_gradient_norm, slope_mean, slope_max, weight_max;
  std::int64_t first_bad;  // as Progress has it
};
constexpr std::int64_t kStepNumbers = offsetof(StepNumbers, first_bad) / sizeof(double);

/// Those of K runs, on the device until somebody reads them.
struct StepTable {
  Tensor numbers;    // [K, kStepNumbers] in the runs' precision, columns in StepNumbers' order
  Tensor first_bad;  // int64 [K]
};

/// Of one run, or of K whose record is stacked, [K, ...].
StepTable table_of(const StepRecord& record);

/// What a step has left of a run: a record of its own, or a place in the table of many.
struct StepLeft {
  StepRecord record = {};
  StepTable table = {};  // undefined: there is the record
  std::size_t place = 0;
};

/// Waits for the device, unless the table is on the CPU.
StepNumbers read_numbers(const StepLeft& left);

}  // namespace monge::train
