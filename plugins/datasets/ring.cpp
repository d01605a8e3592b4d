// Gaussians on a circle (Metz et al. 2017, sec. 3.3.1), with the numbers of gan_toy.py of Gulrajani et al.
// (2017): eight, radius 2, sigma 0.02, all divided by 1.414 for about unit variance.
#include <monge/dataset.h>

#include <cmath>

namespace {

struct Ring final : monge::Dataset {
  static constexpr std::int64_t kTrain = 100000, kTest = 10000;
  std::int64_t modes = 8;
  double radius = 2.0;
  double sigma = 0.02;
  double scale = 1.414;

  static void describe(monge::Describe<Ring>& d) {
    d.doc(
        "Gaussians with equal weight on a circle in two dimensions, as in gan_toy.py of Gulrajani et al. "
        "(2017)");
    d.param("modes", &Ring::modes, "number of Gaussians").range(1, 10000);
    d.param("radius", &Ring::radius, "of the circle, before the division by scale").range(0, 1e6);
    d.param("sigma", &Ring::sigma, "standard deviation of each Gaussian, before the division by scale")
        .range(1e-9, 1e6);
    d.param("scale", &Ring::scale, "what points, modes and sigma are divided by").range(1e-9, 1e6);
  }

  Samples load(const Source& source) const override {
    const auto angle = at::arange(modes, at::kDouble) * (2 * M_PI / static_cast<double>(modes));
    const auto centres = at::stack({angle.cos(), angle.sin()}, 1) * (radius / scale);  // [M, 2]
    const auto points = [&](std::int64_t n) {
      const auto chosen = centres.index_select(0, source.draw.index({n}, modes).to(at::kCPU));
      return (chosen + source.draw.normal({n, 2}).to(at::kCPU, at::kDouble) * (sigma / scale)).to(at::kFloat);
    };
    Samples samples;
    samples.train = points(kTrain);
    samples.test = points(kTest);
    samples.range = monge::Range::unbounded;
    samples.modes = centres.to(at::kFloat);
    samples.mode_sigma = sigma / scale;
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(Ring)
