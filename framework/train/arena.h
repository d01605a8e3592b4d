// A network's parameters in one flat tensor, so that an optimiser step or a copy is a few
// kernels, whatever the layers.
#pragma once

#include "train/draws.h"
#include "train/network.h"

namespace monge::train {

struct Arena {
  Tensor flat;                  // [size]
  std::vector<Tensor> values;   // views of `flat`, one a parameter, no gradient
  std::vector<Tensor> leaves;   // the same memory, requiring gradients
  Tensor flat_buffers;          // running averages of the batch norms, all in one
  std::vector<Tensor> buffers;  // views of it: mean, variance, mean, variance, ...

  /// Views share their base's version counter: write through `flat` or `values` only while no graph is alive.
  Arena() = default;
  Arena(const Network& network, at::TensorOptions options);
  Arena(const Network& network, Tensor memory, Tensor memory_of_buffers);  // views of what is there

  Arena copy(const Network& network) const;  // own memory, for another thread
};

/// Sets parameters as `network.init()` says, keyed by (seed, purpose, parameter), and averages to mean 0,
/// variance 1.
void initialise(Arena& arena, const Network& network, std::uint64_t seed, Purpose purpose);

}  // namespace monge::train
