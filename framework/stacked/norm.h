// Batch norm of K runs at once and its derivative: each run's channels over its own samples and pixels.
#pragma once

#include <monge/tensor.h>

#include "kernels/activation_job.h"

namespace monge::stacked {

class Norm {
 public:
  /// Parameters [K, C] of the layer; gain undefined where it has none. `batches` in a row are normalised,
  /// each by itself.
  Norm(Tensor gain, Tensor shift, std::int64_t batches)
      : gain_(std::move(gain)), shift_(std::move(shift)), batches_(batches) {}

  /// x [K, R, C] or [K, R, C, H, W], laid out with pixels last -> the activation of its normal. The running
  /// averages [K, C] move towards the batch's.
  Tensor apply(const Tensor& x, kernels::Activation activation, const Tensor& mean, const Tensor& variance);

  /// The signal at the normal, laid out likewise, becomes that at x, and the parameters' gradients [K, C]
  /// what they are (gain's undefined: not wanted).
  void back(const Tensor& signal, const Tensor& gain_gradient, const Tensor& shift_gradient) const;

 private:
  Tensor by_batch(const Tensor& x) const;

  Tensor gain_, shift_;
  std::int64_t batches_;
  Tensor x_, stats_;  // rows [K, batches, N, C]; what kernels::normalise found in them
};

}  // namespace monge::stacked
