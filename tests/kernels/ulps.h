// How far apart two tensors are, in units of the last place.
#pragma once

#include <monge/tensor.h>

#include <algorithm>
#include <limits>

namespace monge::test {

/// The largest distance of a number of `a` from its like in `b`, in units of the last place of the larger, or
/// of `least` where both are smaller.
inline double ulps(const at::Tensor& a, const at::Tensor& b, double least = 0) {
  const double epsilon = a.scalar_type() == at::kFloat ? std::numeric_limits<float>::epsilon()
                                                       : std::numeric_limits<double>::epsilon();
  const auto one = a.to(at::kDouble), other = b.to(at::kDouble);
  const auto size = at::maximum(one.abs(), other.abs()).clamp_min(std::max(least, 1e-300));
  const auto unit = at::exp2(at::floor(at::log2(size))) * epsilon;
  return ((one - other).abs() / unit).max().item<double>();
}

}  // namespace monge::test
