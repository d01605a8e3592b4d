// Gaussians on a circle (Metz et al. 2017, sec. 3.1), with the numbers of gan_toy.py of Gulrajani et al.
// (2017): eight, radius 2, sigma 0.02, all divided by 1.414 for about unit variance.
#include <cmath>

#include "made.h"

namespace {

struct Ring final : monge::Dataset {
  std::int64_t modes = 8;
  double radius = 2.0;
  double sigma = 0.02;
  double fake_noise = 0;
  double scale = 1.414;

  static void describe(monge::Describe<Ring>& d) {
    d.doc(monge::plugins::made_doc(
        "Gaussians with equal weight on a circle in two dimensions, as in gan_toy.py of "
        "Gulrajani et al. (2017)"));
    d.paper(
        "Metz et al. (2017), Unrolled GANs, sec. 3.1, arXiv:1611.02163; numbers of Gulrajani et al. "
        "(2017), arXiv:1704.00028, gan_toy.py");
    d.param("modes", &Ring::modes, "number of Gaussians").range(1, 10000);
    d.param("radius", &Ring::radius, "of the circle, before the division by scale").range(0, 1e6);
    d.param("sigma", &Ring::sigma, "standard deviation of each Gaussian, before the division by scale")
        .range(1e-9, 1e6);
    d.param("fake_noise", &Ring::fake_noise, monge::plugins::kFakeNoiseDoc).range(0, 1e6);
    d.param("scale", &Ring::scale, "what points, modes and sigma are divided by").range(1e-9, 1e6);
  }

  Samples load(const Source& source) const override {
    const auto angle = at::arange(modes, at::kDouble) * (2 * M_PI / static_cast<double>(modes));
    const auto centres = at::stack({angle.cos(), angle.sin()}, 1) * (radius / scale);  // [M, 2]
    return monge::plugins::with_fakes(monge::plugins::made_mixture(source, centres, sigma / scale), source,
                                      fake_noise);
  }
};

}  // namespace

MONGE_PLUGIN(Ring)
