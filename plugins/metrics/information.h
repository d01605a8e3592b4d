// Divergences of two histograms, in nats.
#pragma once

#include <monge/tensor.h>

namespace monge::plugins {

/// KL(p || q) along the last dimension, where 0 log 0 = 0: shares [..., K], which broadcast, -> [...].
inline Tensor kl_divergence(const Tensor& p, const Tensor& q) {
  return (at::xlogy(p, p) - at::xlogy(p, q)).sum(-1);
}

/// Jensen and Shannon's, 0 to log 2.
inline Tensor js_divergence(const Tensor& p, const Tensor& q) {
  const auto middle = (p + q) / 2;
  return (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2;
}

}  // namespace monge::plugins
