// A spiral in two dimensions, with the numbers of gan_toy.py of Gulrajani et al.
// (2017): scikit-learn's make_swiss_roll with noise 0.25, its first and third coordinate, divided by 7.5.
#include <cmath>

#include "made.h"

namespace {

struct SwissRoll final : monge::Dataset {
  double noise = 0.25;
  double scale = 7.5;

  static void describe(monge::Describe<SwissRoll>& d) {
    d.doc(std::string("Swiss roll: a spiral (t cos t, t sin t), t from 1.5 pi to 4.5 pi, as in gan_toy.py of "
                      "Gulrajani et al. (2017)") +
          monge::plugins::kMadeDoc);
    d.paper("Gulrajani et al. (2017), Improved Training of Wasserstein GANs, arXiv:1704.00028, gan_toy.py");
    d.param("noise", &SwissRoll::noise, "standard deviation around the spiral, before the division by scale")
        .range(0, 1e6);
    d.param("scale", &SwissRoll::scale, "what the points are divided by").range(1e-9, 1e6);
  }

  Samples load(const Source& source) const override {
    return monge::plugins::made([&](std::int64_t n) {
      const auto t = (monge::plugins::uniform(source, {n}) * 2 + 1) * (1.5 * M_PI);
      const auto spiral = at::stack({t * t.cos(), t * t.sin()}, 1);  // [n, 2]
      return (spiral + monge::plugins::normal(source, {n, 2}) * noise) / scale;
    });
  }
};

}  // namespace

MONGE_PLUGIN(SwissRoll)
