// What goes through a layer's output once where LibTorch's operations would go through it two or three times.
#pragma once

#include <monge/tensor.h>

namespace monge::train {

/// x [R, n] += bias [n] (undefined: none), then multiplied by `slope` where it is below zero (1: nowhere). In
/// place.
void add_and_activate(Tensor& x, const Tensor& bias, double slope);

/// Multiplies by `slope` where `activation` is not above zero, in place; of the same shape and layout.
void mask(Tensor& signal, const Tensor& activation, double slope);

}  // namespace monge::train
