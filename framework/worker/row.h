// What one step left behind: a row of /train, before anybody has read its numbers.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "train/step_numbers.h"

namespace monge::worker {

/// A step's numbers when somebody asks, the one place where training waits for the device: most are never
/// asked for.
using LateNumbers = std::function<train::StepNumbers()>;

struct Row {
  std::int64_t step = 0, updates = 0;
  double seconds = 0;
  LateNumbers numbers;
};

/// By the names of record::columns().
std::map<std::string, double> numbers_of(const train::Game& game, const Row& row);

}  // namespace monge::worker
