#include "measure/latents.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace monge::measure {

Tensor truncated_normal(Draw& draw, std::int64_t n, std::int64_t latent, double bound) {
  const double inside = std::erf(bound / std::numbers::sqrt2);
  return at::erfinv((2 * draw.uniform({n, latent}) - 1) * inside) * std::numbers::sqrt2;
}

Tensor between(const Tensor& a, const Tensor& b, std::int64_t n) {
  constexpr double kLeast = 1e-6;  // radians
  const auto t = at::linspace(0, 1, n, a.options()).unsqueeze(1);
  const double cosine = (a.dot(b) / (a.norm() * b.norm())).item<double>();
  const double angle = std::acos(std::clamp(cosine, -1.0, 1.0));
  if (!(std::sin(angle) > kLeast)) return a + t * (b - a);
  return (((1 - t) * angle).sin() * a + (t * angle).sin() * b) / std::sin(angle);
}

}  // namespace monge::measure
