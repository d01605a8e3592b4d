// Batch norm of K runs at once and its derivative: each run's channels over its own samples and pixels.
#pragma once

#include <monge/tensor.h>

#include "train/network.h"

namespace monge::stacked {

class Norm {
 public:
  /// Parameters [K, C] of the layer; gain undefined where it has none. `batches` in a row are normalised,
  /// each by itself.
  Norm(Tensor gain, Tensor shift, std::int64_t batches)
      : gain_(std::move(gain)), shift_(std::move(shift)), batches_(batches) {}

  /// x [K, R, C] or [K, R, C, H, W], laid out with pixels last -> the normal of it. The running averages [K,
  /// C] move towards the batch's.
  Tensor apply(const Tensor& x, const Tensor& mean, const Tensor& variance);

  /// Signal at the output -> at the input. Adds the parameters' gradients, to gain's where it is defined.
  Tensor back(const Tensor& signal, const Tensor& gain_gradient, const Tensor& shift_gradient) const;

 private:
  Tensor by_batch(const Tensor& x) const;
  Tensor factor() const;

  Tensor gain_, shift_;
  std::int64_t batches_;
  Tensor centred_, scale_;  // rows [K, batches, N, C] around their mean; 1 / deviation [K, batches, 1, C]
};

}  // namespace monge::stacked
