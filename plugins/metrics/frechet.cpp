// Frechet distance of the features' Gaussians (Dowson & Landau 1982, eq. 16; Heusel et al. 2017, eq. 6, as
// FID with Inception's features): |m - m'|^2 + tr(S + S' - 2 (S S')^(1/2)). The root is taken of the
// symmetric S^(1/2) S' S^(1/2), which has the same eigenvalues and no imaginary ones. It overestimates: two
// samples of n from N(0, I) in F dimensions are at about F (F + 1) / 2n + 2F / n, so values of two n are
// never compared.
#include "rows.h"

namespace {

using monge::Tensor;

Tensor covariance(const Tensor& rows) {
  const auto centred = rows - rows.mean(0);
  return centred.t().matmul(centred) / static_cast<double>(rows.size(0) - 1);
}

/// Of a symmetric matrix without negative eigenvalues, but for rounding.
Tensor square_root(const Tensor& matrix) {
  const auto [values, vectors] = at::linalg_eigh(matrix);
  return (vectors * values.clamp_min(0).sqrt()).matmul(vectors.t());
}

struct Frechet final : monge::Metric {
  static void describe(monge::Describe<Frechet>& d) {
    d.doc("Frechet distance of real and generated features (FID with Inception's), in double precision");
    d.paper(
        "Dowson & Landau (1982), The Frechet distance between multivariate normal distributions; Heusel et "
        "al. (2017), GANs trained by a two time-scale update rule, eq. 6, arXiv:1706.08500");
    d.value("frechet_distance", "1", "squared Frechet distance of Gaussians with the features' moments",
            "min");
    d.floor("frechet_distance");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto [real, fake] = monge::plugins::feature_rows("frechet", snapshot);
    const auto n = real.size(0), dimensions = real.size(1);
    constexpr std::int64_t kMany = 64;  // the classifier has no more
    if (n <= dimensions) {
      throw monge::Error(
          monge::Exit::experiment,
          "metric 'frechet': " + std::to_string(n) + " samples of " + std::to_string(dimensions) +
              " features have no covariance of full rank; set evaluate.samples above " +
              std::to_string(dimensions) +
              (dimensions > kMany ? ", or features = \"classifier\", which has fewer of them" : ""));
    }
    const auto of_real = covariance(real), of_fake = covariance(fake);
    const auto root = square_root(of_real);
    const auto product = at::linalg_eigvalsh(root.matmul(of_fake).matmul(root)).clamp_min(0).sqrt().sum();
    const auto shift = (real.mean(0) - fake.mean(0)).square().sum();
    values.set("frechet_distance", (shift + of_real.trace() + of_fake.trace() - 2 * product).item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(Frechet)
