// Two distributions in any dimension whose Wasserstein-1 distance is known (Korotin et al. 2022, Kantorovich
// Strikes Back): u(x) = min_n (|x - a_n| + b_n) has slope 1 along the rays to its funnels a_n. Q is
// uniform in a cube; P is Q with each point moved along its ray, from the share t of the ray to t^power. As u
// falls by exactly what each point has moved, no transport is shorter: W1 is the mean of the moves.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "made.h"
#include "say.h"

namespace {

using monge::Tensor;

struct MovedRays final : monge::Dataset {
  std::int64_t dimension = 2;
  std::int64_t funnels = 4;
  double power = 8;
  bool moved = true;
  bool fixed = false;
  static constexpr double kHalf = 2.5;  // the cube is [-2.5, 2.5]^D

  static void describe(monge::Describe<MovedRays>& d) {
    d.doc(
        monge::plugins::made_doc("Points of a cube moved along rays towards funnels: the Wasserstein "
                                 "distance to the uniform cube (moved = false) "
                                 "is known, and said in the log"));
    d.paper("Korotin, Kolesov & Burnaev (2022), Kantorovich Strikes Back!, arXiv:2206.07767");
    d.param("dimension", &MovedRays::dimension, "number of coordinates").range(1, 10000);
    d.param("funnels", &MovedRays::funnels, "number of funnels, drawn in the cube").range(1, 1000);
    d.param("power", &MovedRays::power, "share t of a ray -> t^power; 1 moves nothing").range(1, 1000);
    d.param("moved", &MovedRays::moved,
            "the moved points; false: the same points before, uniform in the cube");
    d.param(
        "fixed", &MovedRays::fixed,
        "a fixed generator, the unmoved points, in the network's place; the optimal slope is known there");
  }

  Samples load(const Source& source) const override {
    // The funnels first, so that both distributions have the same.
    const auto centre = (monge::plugins::uniform(source, {funnels, dimension}) * 2 - 1) * kHalf;  // [M, D]
    const auto height = monge::plugins::normal(source, {funnels}) * 0.1;                          // [M]
    double sum = 0;
    std::vector<Tensor> before, slopes;  // of the training points, then of those held out
    auto samples = monge::plugins::made([&](std::int64_t n) {
      auto points = (monge::plugins::uniform(source, {n, dimension}) * 2 - 1) * kHalf;
      before.push_back(points.to(at::kFloat));
      auto slope = at::zeros_like(points);
      constexpr std::int64_t kRows = 4096;  // [rows, M] at a time
      for (std::int64_t at = 0; at < n; at += kRows) {
        auto part = points.narrow(0, at, std::min(kRows, n - at));
        const auto to = move(part, centre, height);
        slope.narrow(0, at, part.size(0)).copy_(downhill(part, centre, height));
        if (n == monge::plugins::kMadeTrain) sum += (to - part).norm(2, 1).sum().item<double>();
        if (moved) part.copy_(to);
      }
      slopes.push_back(slope.to(at::kFloat));
      return points;
    });
    if (fixed) {
      samples.fake = before[0];
      samples.fake_test = before[1];
      samples.fake_test_slope = slopes[1];
    }
    monge::plugins::say(
        "moved_rays: the Wasserstein distance between the moved points and the uniform cube is " +
        std::to_string(sum / static_cast<double>(monge::plugins::kMadeTrain)));
    return samples;
  }

 private:
  /// The slope of -u, which is the optimal critic (real samples lie lower in u): towards the own funnel,
  /// length 1.
  static Tensor downhill(const Tensor& x, const Tensor& centre, const Tensor& height) {
    const auto distance = at::cdist(x, centre, 2, 2);  // [n, M]
    const auto way = centre.index_select(0, (distance + height).argmin(1)) - x;
    return way / way.norm(2, 1, true).clamp_min(1e-12);
  }

  Tensor move(const Tensor& x, const Tensor& centre, const Tensor& height) const {
    const auto distance = at::cdist(x, centre, 2, 2);         // [n, M], without matrix product
    const auto [value, funnel] = (distance + height).min(1);  // [n]
    const auto own = centre.index_select(0, funnel);          // [n, D]
    const auto length = distance.gather(1, funnel.unsqueeze(1)).clamp_min(1e-12);  // [n, 1]
    const auto ray = (x - own) / length;
    const auto whole = at::maximum(end_of(own, ray, height.index_select(0, funnel), centre, height), length);
    return own + ray * whole * (length / whole).pow(power);
  }

  /// The length [n, 1] after which the ray from funnel `own` leaves the cube or another funnel's value is the
  /// lower one.
  static Tensor end_of(const Tensor& own, const Tensor& ray, const Tensor& own_height, const Tensor& centre,
                       const Tensor& height) {
    constexpr double never = std::numeric_limits<double>::infinity();
    const auto leaves = ((ray.sign() * kHalf - own) / ray).masked_fill(ray == 0, never).amin(1, true);
    // |own + r ray - a| + b = r + own_height; with D = own - a, h = own_height - b:
    // r = (|D|^2 - h^2) / (2 (h - ray . D)), where the denominator is positive.
    const auto h = own_height.unsqueeze(1) - height;                            // [n, M]
    const auto square = at::cdist(own, centre, 2, 2).square();                  // [n, M]
    const auto along = (ray * own).sum(1, true) - at::matmul(ray, centre.t());  // [n, M]
    const auto slope = h - along;
    const auto meets = ((square - h.square()) / (2 * slope)).masked_fill(slope <= 0, never);
    // A funnel does not meet itself, and one at the same place does not matter.
    return at::minimum(leaves, meets.masked_fill(square == 0, never).amin(1, true));
  }
};

}  // namespace

MONGE_PLUGIN(MovedRays)
