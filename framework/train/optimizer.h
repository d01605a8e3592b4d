// Optimisers over a flat arena: a few kernels an update (Adam: one), numerically those of torch.optim.
#pragma once

#include <monge/tensor.h>

#include <string>

namespace monge::train {

struct OptimizerSettings {
  enum class Kind { adam, rmsprop, sgd };
  Kind kind = Kind::adam;
  double learning_rate = 1e-4;
  double beta1 = 0.5, beta2 = 0.999;  // adam (Kingma & Ba 2015, algorithm 1)
  double alpha = 0.99;                // rmsprop: smoothing of the squared gradient
  double epsilon = 1e-8;              // adam, rmsprop: added outside the root
  double momentum = 0;                // rmsprop, sgd
};

/// What an optimiser remembers; all tensors [size] but `step`, a float scalar as LibTorch's fused kernels
/// want it.
struct Moments {
  Tensor first, second, step, gradient;

  Moments() = default;
  explicit Moments(const Tensor& flat);
};

/// One update of `flat` along `moments.gradient`.
void update(const OptimizerSettings& settings, Tensor& flat, Moments& moments);

/// Lays the list of gradients out in `moments.gradient`; an undefined one counts as zero.
void gather(at::TensorList gradients, at::TensorList like, Moments& moments);

}  // namespace monge::train
