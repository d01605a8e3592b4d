// The numbers that a step leaves of all runs, in one tensor: a step that is replayed writes it again, and one
// copy reads it.
#pragma once

#include "pack/stack.h"
#include "train/gradients.h"
#include "train/step_numbers.h"

namespace monge::pack {

class Sheet {
 public:
  /// The device's part: `cost` and `generator_loss` (undefined with a fixed generator) each [K, ...];
  /// `weight_max` [K], of the critics.
  void write(const train::CriticCost& cost, const Tensor& generator_loss, Stack& critics, Stack& generators,
             const Tensor& weight_max);
  const Tensor& numbers() const { return numbers_; }  // [K, 9], undefined before the first step

 private:
  Tensor numbers_;
};

}  // namespace monge::pack
