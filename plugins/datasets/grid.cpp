// Gaussians on a square grid (Dumoulin et al. 2017), with the numbers of gan_toy.py of Gulrajani et
// al. (2017): 5x5, spacing 2, sigma 0.05, all divided by 2.828 for about unit variance.
#include "made.h"

namespace {

struct Grid final : monge::Dataset {
  std::int64_t side = 5;
  double spacing = 2.0;
  double sigma = 0.05;
  double fake_noise = 0;
  double scale = 2.828;

  static void describe(monge::Describe<Grid>& d) {
    d.doc(monge::plugins::made_doc(
        "Gaussians with equal weight on a square grid around 0 in two dimensions, as in gan_toy.py of "
        "Gulrajani et al. (2017)"));
    d.paper(
        "Dumoulin et al. (2017), Adversarially Learned Inference, arXiv:1606.00704; numbers of Gulrajani "
        "et al. (2017), arXiv:1704.00028, gan_toy.py");
    d.param("side", &Grid::side, "Gaussians in a row and in a column").range(1, 100);
    d.param("spacing", &Grid::spacing, "between neighbours, before the division by scale").range(0, 1e6);
    d.param("sigma", &Grid::sigma, "standard deviation of each Gaussian, before the division by scale")
        .range(1e-9, 1e6);
    d.param("fake_noise", &Grid::fake_noise, monge::plugins::kFakeNoiseDoc).range(0, 1e6);
    d.param("scale", &Grid::scale, "what points, modes and sigma are divided by").range(1e-9, 1e6);
  }

  Samples load(const Source& source) const override {
    const auto line =
        (at::arange(side, at::kDouble) - static_cast<double>(side - 1) / 2) * (spacing / scale);  // [S]
    const auto x = line.view({-1, 1}).expand({side, side}), y = line.view({1, -1}).expand({side, side});
    const auto centres = at::stack({x.flatten(), y.flatten()}, 1);  // [S * S, 2]
    return monge::plugins::with_fakes(monge::plugins::made_mixture(source, centres, sigma / scale), source,
                                      fake_noise);
  }
};

}  // namespace

MONGE_PLUGIN(Grid)
