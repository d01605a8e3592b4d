// One update of K runs' parameters at once, each by its own optimiser.
#pragma once

#include <monge/tensor.h>

#include <limits>
#include <vector>

#include "train/optimizer.h"

namespace monge::kernels {

struct OptimizerRow;

/// What one run's update depends on beside its gradient.
struct Optimizer {
  train::OptimizerSettings settings = {};
  double learning_rate = 0;                               // of this step: train::learning_rate_at
  double clip = std::numeric_limits<double>::infinity();  // then keeps each parameter in [-clip, clip]
  double average = 0;                                     // decay of the moving average, train.ema
};

/// [K, n] double, on the CPU: what optimise() reads, there or copied to a GPU.
Tensor optimizer_table(const std::vector<Optimizer>& runs);

/// One player's numbers; all [K, size], in one precision.
struct Stack {
  Tensor values, gradient, first, second;
  Tensor average;     // undefined: none is kept
  Tensor steps = {};  // [K] float, train::Moments' count; undefined: none is kept
};

/// What train::update does to each run's row, up to the last bits, then the clip and the moving average; a
/// first moment that no update reads (beta1 = 0, momentum 0) stays as it is. The settings are
/// optimizer_table()'s; `updates` [K], int64, counts each run's so far, and this one then. All of it lies
/// where the stack does.
void optimise(const Tensor& settings, const Tensor& updates, const Stack& stack);

}  // namespace monge::kernels
