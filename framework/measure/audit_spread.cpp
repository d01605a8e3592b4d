#include "measure/audit_spread.h"

#include <cmath>

namespace monge::measure {
namespace {

double variance(const Tensor& samples, const Tensor& label) {
  const auto x = samples.flatten(1).to(at::kDouble);  // [n, D]
  auto mean = x.mean(0, /*keepdim=*/true);
  if (label.defined()) {
    const auto member = at::one_hot(label).to(at::kDouble);  // [n, classes]
    const auto count = member.sum(0).clamp_min(1).unsqueeze(1);
    mean = (member.t().matmul(x) / count).index_select(0, label);
  }
  return (x - mean).square().sum(1).mean().item<double>();
}

}  // namespace

double variance_ratio(const Tensor& real, const Tensor& fake, const Tensor& label) {
  at::NoGradGuard no_grad;
  const double of_real = variance(real, label);
  return of_real > 0 ? variance(fake, label) / of_real : NAN;
}

double mode_entropy(const Tensor& fake, const Tensor& modes) {
  at::NoGradGuard no_grad;
  if (!modes.defined() || modes.size(0) < 2 || !fake.isfinite().all().item<bool>()) return NAN;
  const auto x = fake.flatten(1).to(at::kDouble);
  const auto nearest = at::cdist(x, modes.to(x.options())).argmin(1);
  const auto share = at::bincount(nearest).to(at::kDouble) / static_cast<double>(x.size(0));
  const auto nats = at::special_entr(share).sum().item<double>();
  return nats / std::log(static_cast<double>(modes.size(0)));
}

}  // namespace monge::measure
