// Squared maximum mean discrepancy without bias (Gretton et al. 2012, eq. 3): 0 on average between two
// samples of one distribution, so that more than half of single values are below 0: the law is skewed.
#pragma once

#include <monge/error.h>
#include <monge/tensor.h>

#include <string>

namespace monge::plugins {

/// Mean over pairs of different samples; `kernel` [n, n].
inline Tensor mean_within(const Tensor& kernel) {
  const auto n = static_cast<double>(kernel.size(0));
  return (kernel.sum() - kernel.trace()) / (n * (n - 1));
}

/// Throws where `real` [n, D] has no pairs.
inline void need_pairs(const std::string& metric, const Tensor& real) {
  if (real.size(0) > 1) return;
  throw Error(Exit::experiment, "metric '" + metric + "' takes two samples or more; raise evaluate.samples");
}

/// From the kernel's values among real samples, among generated ones and between the two: [n, n] each.
inline double squared_discrepancy(const Tensor& real, const Tensor& fake, const Tensor& between) {
  return (mean_within(real) + mean_within(fake) - 2 * between.mean()).item<double>();
}

}  // namespace monge::plugins
