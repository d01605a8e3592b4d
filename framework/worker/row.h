// What one step left behind: a row of /train, before anybody has read its numbers.
#pragma once

#include <vector>

#include "train/step_numbers.h"

namespace monge::worker {

/// Its numbers stay on the device until they are read, for which training waits.
struct Row {
  std::int64_t step = 0, updates = 0;
  double seconds = 0;
  train::StepLeft left;
};

/// In the order of record::columns().
std::vector<double> numbers_of(const train::Game& game, const Row& row);

}  // namespace monge::worker
