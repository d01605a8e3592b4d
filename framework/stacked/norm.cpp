#include "stacked/norm.h"

#include "stacked/rows.h"

namespace monge::stacked {

namespace {

Tensor channels(const Tensor& parameter) {
  return parameter.unsqueeze(1).unsqueeze(1);
}  // [K, C] -> [K, 1, 1, C]

}  // namespace

// -> [K, batches, N, C]
Tensor Norm::by_batch(const Tensor& x) const {
  const auto all = rows(x);
  return all.view({all.size(0), batches_, all.size(1) / batches_, all.size(2)});
}

Tensor Norm::factor() const { return gain_.defined() ? scale_ * channels(gain_) : scale_; }

Tensor Norm::apply(const Tensor& x, const Tensor& mean, const Tensor& variance) {
  constexpr double kMomentum = 0.1, kEpsilon = 1e-5;  // PyTorch's
  const auto all = by_batch(x);
  const auto n = static_cast<double>(all.size(2));
  const auto average = all.mean(2, /*keepdim=*/true);
  centred_ = all - average;
  const auto of_batch = at::linalg_vector_norm(centred_, 2, 2, /*keepdim=*/true).square_().div_(n);
  const auto unbiased = of_batch * (n / (n - 1));
  for (std::int64_t i = 0; i < batches_; ++i) {
    mean.lerp_(average.select(1, i).squeeze(1), kMomentum);
    variance.lerp_(unbiased.select(1, i).squeeze(1), kMomentum);
  }
  scale_ = (of_batch + kEpsilon).rsqrt_();
  return shaped(at::addcmul(channels(shift_), centred_, factor()).flatten(1, 2), x.size(1), sample_of(x));
}

// Ioffe & Szegedy 2015, section 3.
Tensor Norm::back(const Tensor& signal, const Tensor& gain_gradient, const Tensor& shift_gradient) const {
  const auto all = by_batch(signal);
  const auto n = static_cast<double>(all.size(2));
  const auto sum = all.sum(2, /*keepdim=*/true);
  const auto along = (all * centred_).sum(2, /*keepdim=*/true) * scale_;  // with the normal itself
  shift_gradient.add_(sum.sum({1, 2}));
  if (gain_gradient.defined()) gain_gradient.add_(along.sum({1, 2}));
  const auto rest = at::addcmul(factor() * sum / -n, all, factor());
  return shaped(rest.addcmul_(centred_, factor() * along * scale_ / -n).flatten(1, 2), signal.size(1),
                sample_of(signal));
}

}  // namespace monge::stacked
