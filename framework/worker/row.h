// What one step left behind: a row of /train, before anybody has read its numbers.
#pragma once

#include <map>
#include <string>

#include "train/step.h"

namespace monge::worker {

/// Its tensors stay where they are until `numbers_of` reads them, the one place where training waits for the
/// device.
struct Row {
  std::int64_t step = 0, updates = 0;
  double seconds = 0;
  train::StepRecord record;
};

/// By the names of record::columns().
std::map<std::string, double> numbers_of(const train::Game& game, const Row& row);

}  // namespace monge::worker
