// Optimisers of all kinds, and a stack of parameters for them.
#pragma once

#include "kernels/optimise.h"
#include "train/draws.h"

namespace monge::test {

using monge::Tensor;
using monge::kernels::Optimizer;
using monge::kernels::Stack;
using Kind = monge::train::OptimizerSettings::Kind;

/// One optimiser of every kind, with and without momentum; no two settings alike.
inline std::vector<Optimizer> optimizers() {
  std::vector<Optimizer> all(7);
  const Kind kinds[] = {Kind::adam, Kind::adamw, Kind::rmsprop, Kind::rmsprop,
                        Kind::sgd,  Kind::sgd,   Kind::adam};
  for (std::size_t k = 0; k < all.size(); ++k) {
    const auto part = static_cast<double>(k + 1) / 10;
    auto& s = all[k].settings;
    s.kind = kinds[k];
    s.beta1 = k == 0 ? 0 : part;  // WGAN-GP's: no first moments are kept
    s.beta2 = 1 - part / 100;
    s.weight_decay = part / 7;
    s.alpha = 1 - part / 10;
    s.epsilon = 1e-8 * part;
    s.momentum = k % 2 == 0 ? 0 : part;
    s.learning_rate = all[k].learning_rate = part / 100;
  }
  return all;
}

inline Tensor random(std::int64_t runs, std::int64_t size, at::ScalarType type, std::uint64_t counter) {
  return monge::train::Draws(1, monge::train::Purpose::probe, counter, at::kDouble)
      .normal({runs, size})
      .to(type);
}

inline Stack stack(std::int64_t runs, std::int64_t size, at::ScalarType type) {
  const auto values = random(runs, size, type, 0);
  return {values, at::zeros_like(values), at::zeros_like(values), at::zeros_like(values), values.clone()};
}

}  // namespace monge::test
