// What a step has left as the numbers of a row of /train.
#pragma once

#include "train/step.h"

namespace monge::train {

/// NaN where nothing was looked at.
struct StepNumbers {
  double critic_loss, generator_loss, penalty, gap;
  double critic_gradient_norm, generator_gradient_norm, slope_mean, slope_max, weight_max;
  std::int64_t first_bad;  // as Progress has it
};

/// Those of K runs, on the device until somebody reads them.
struct StepTable {
  Tensor numbers;    // [K, 9]
  Tensor first_bad;  // [K]
};

/// Of one run, or of K whose record is stacked, [K, ...].
StepTable table_of(const StepRecord& record);

/// Run k's; waits for the device, unless the table is on the CPU.
StepNumbers numbers_of(const StepTable& table, std::size_t k);

}  // namespace monge::train
