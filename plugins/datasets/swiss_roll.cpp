// A spiral in two dimensions, with the numbers of gan_toy.py of Gulrajani et al.
// (2017): scikit-learn's make_swiss_roll with noise 0.25, its first and third coordinate, divided by 7.5.
#include <cmath>

#include "made.h"

namespace {

struct SwissRoll final : monge::Dataset {
  double noise = 0.25;
  double scale = 7.5;
  double fake_noise = 0;

  static void describe(monge::Describe<SwissRoll>& d) {
    d.doc(monge::plugins::made_doc(
        "Swiss roll: a spiral (t cos t, t sin t), t from 1.5 pi to 4.5 pi, as in gan_toy.py of "
        "Gulrajani et al. (2017)"));
    d.paper("Gulrajani et al. (2017), Improved Training of Wasserstein GANs, arXiv:1704.00028, gan_toy.py");
    d.param("noise", &SwissRoll::noise, "standard deviation around the spiral, before the division by scale")
        .range(0, 1e6);
    d.param("fake_noise", &SwissRoll::fake_noise, monge::plugins::kFakeNoiseDoc).range(0, 1e6);
    d.param("scale", &SwissRoll::scale, "what the points are divided by").range(1e-9, 1e6);
  }

  Samples load(const Source& source) const override {
    const auto points = [&](std::int64_t n) {
      const auto t = (monge::plugins::uniform(source, {n}) * 2 + 1) * (1.5 * M_PI);
      const auto spiral = at::stack({t * t.cos(), t * t.sin()}, 1);  // [n, 2]
      return (spiral + monge::plugins::normal(source, {n, 2}) * noise) / scale;
    };
    return monge::plugins::with_fakes(monge::plugins::made(points), source, fake_noise);
  }
};

}  // namespace

MONGE_PLUGIN(SwissRoll)
