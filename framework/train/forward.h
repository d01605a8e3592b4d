// Running a network as a function of its parameters.
#pragma once

#include <vector>

#include "train/network.h"

namespace monge::train {

struct Pass {
  at::TensorList parameters;    // as Network::parameters, effective values
  at::TensorList buffers = {};  // running mean and variance of each batch norm; empty: none are kept
  Tensor labels = {};           // [N] int64, for a conditional network
  bool training = true;         // batch norm by this batch (and update `buffers`), or by the running averages
  /// Piecewise linear activations as y = x * m with m constant: their second derivative is then known to be
  /// zero, and the penalty's double backward does not push zeros through the network. Same values, same first
  /// derivatives.
  bool masks = false;
  bool bf16 = false;  // products in bfloat16, the rest and the output as x is: LibTorch's autocast
  /// What enters each layer is put here, at the place of its first parameter; as long as `parameters`.
  std::vector<Tensor>* inputs = nullptr;
  std::int64_t batches = 1;  // so many batches one after another: batch norm is by each of them
};

/// [N, sample...], the shape of N samples.
Shape batch_of(std::int64_t count, Shape sample);

/// x: [N, input...] -> [N, output...].
Tensor forward(const Network& network, const Tensor& x, const Pass& pass);

}  // namespace monge::train
