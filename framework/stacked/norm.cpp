#include "stacked/norm.h"

#include "kernels/norm.h"
#include "stacked/rows.h"

namespace monge::stacked {

// -> [K, batches, N, C]
Tensor Norm::by_batch(const Tensor& x) const {
  const auto all = rows(x);
  return all.view({all.size(0), batches_, all.size(1) / batches_, all.size(2)});
}

Tensor Norm::apply(const Tensor& x, kernels::Activation activation, const Tensor& mean,
                   const Tensor& variance) {
  x_ = by_batch(x);
  const auto y = kernels::normalise({x_, gain_, shift_}, activation, mean, variance, stats_);
  return shaped(y.flatten(1, 2), x.size(1), sample_of(x));
}

void Norm::back(const Tensor& signal, const Tensor& gain_gradient, const Tensor& shift_gradient) const {
  kernels::normalise_back(x_, stats_, by_batch(signal), gain_gradient, shift_gradient);
}

}  // namespace monge::stacked
