// What a step has left, read: the numbers of a row of /train.
#pragma once

#include <vector>

#include "train/step.h"

namespace monge::train {

/// NaN where nothing was looked at.
struct StepNumbers {
  double critic_loss, generator_loss, penalty, gap;
  double critic_gradient_norm, generator_gradient_norm, slope_mean, slope_max, weight_max;
  std::int64_t first_bad;  // as Progress has it
};

/// Of one run, or of each of K whose record is stacked, [K, ...]. Waits for the device, once.
std::vector<StepNumbers> numbers_of(const StepRecord& record);

}  // namespace monge::train
