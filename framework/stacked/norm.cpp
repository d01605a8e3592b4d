#include "stacked/norm.h"

#include "stacked/rows.h"

namespace monge::stacked {

Tensor Norm::apply(const Tensor& x, const Tensor& mean, const Tensor& variance) {
  constexpr double kMomentum = 0.1, kEpsilon = 1e-5;  // PyTorch's
  const auto all = rows(x);
  const auto n = static_cast<double>(all.size(1));
  const auto average = all.mean(1, /*keepdim=*/true);
  centred_ = all - average;
  const auto of_batch = at::linalg_vector_norm(centred_, 2, 1, /*keepdim=*/true).square_().div_(n);
  mean.lerp_(average.squeeze(1), kMomentum);
  variance.lerp_(of_batch.squeeze(1) * (n / (n - 1)), kMomentum);
  scale_ = (of_batch + kEpsilon).rsqrt_();
  const auto factor = gain_.defined() ? scale_ * gain_.unsqueeze(1) : scale_;
  return shaped(at::addcmul(shift_.unsqueeze(1), centred_, factor), x.size(1), sample_of(x));
}

// Ioffe & Szegedy 2015, section 3.
Tensor Norm::back(const Tensor& signal, const Tensor& gain_gradient, const Tensor& shift_gradient) const {
  const auto all = rows(signal);
  const auto n = static_cast<double>(all.size(1));
  const auto sum = all.sum(1, /*keepdim=*/true);
  const auto along = (all * centred_).sum(1, /*keepdim=*/true) * scale_;  // with the normal itself
  shift_gradient.add_(sum.squeeze(1));
  if (gain_gradient.defined()) gain_gradient.add_(along.squeeze(1));
  const auto factor = gain_.defined() ? scale_ * gain_.unsqueeze(1) : scale_;
  const auto rest = at::addcmul(factor * sum / -n, all, factor);
  return shaped(rest.addcmul_(centred_, factor * along * scale_ / -n), signal.size(1), sample_of(signal));
}

}  // namespace monge::stacked
