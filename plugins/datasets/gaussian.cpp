// One Gaussian in any dimension, for which every distance is known in closed form.
#include <cmath>

#include "made.h"

namespace {

struct Gaussian final : monge::Dataset {
  std::int64_t dimension = 2;
  double mean = 0;
  double sigma = 1;
  double correlation = 0;

  static void describe(monge::Describe<Gaussian>& d) {
    d.doc(monge::plugins::made_doc("One Gaussian of any dimension, each two coordinates equally correlated"));
    d.paper(
        "Distances between Gaussians: Dowson & Landau (1982), The Frechet distance between multivariate "
        "normal distributions");
    d.param("dimension", &Gaussian::dimension, "number of coordinates").range(1, 10000);
    d.param("mean", &Gaussian::mean, "of each coordinate").range(-1e6, 1e6);
    d.param("sigma", &Gaussian::sigma, "standard deviation of each coordinate").range(1e-9, 1e6);
    d.param("correlation", &Gaussian::correlation, "between any two coordinates; above -1 / (dimension - 1)")
        .range(-1, 1);
  }

  Samples load(const Source& source) const override {
    const auto d = static_cast<double>(dimension);
    if (1 + (d - 1) * correlation < 0) {
      throw monge::Error(monge::Exit::experiment,
                         "'correlation' must lie in [" + std::to_string(-1 / (d - 1)) +
                             ", 1] when 'dimension' is " + std::to_string(dimension) + ", got " +
                             std::to_string(correlation));
    }
    // The covariance has the eigenvalue sigma^2 (1 + (d - 1) r) along the diagonal and sigma^2 (1 - r)
    // across.
    const double across = dimension == 1 ? 1 : std::sqrt(1 - correlation);
    const double along = dimension == 1 ? 1 : std::sqrt(1 + (d - 1) * correlation);
    return monge::plugins::made([&](std::int64_t n) {
      const auto z = monge::plugins::normal(source, {n, dimension});
      return (z * across + z.mean(1, true) * (along - across)) * sigma + mean;
    });
  }
};

}  // namespace

MONGE_PLUGIN(Gaussian)
