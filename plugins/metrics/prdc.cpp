// Precision and recall (Kynkaanniemi et al. 2019, eq. 1 to 3), density and coverage (Naeem et al. 2020, eq. 4
// and 7). A sample's ball reaches to its k-th neighbour of its own kind and is open. Between two real samples
// density is 1 and coverage 1 - prod_{i=1..k} (n - i) / (2n - i), near 1 - 2^-k, on average.
#include "rows.h"

namespace {

using monge::Tensor;
using monge::plugins::distances;

struct Prdc final : monge::Metric {
  std::int64_t k = 5;

  static void describe(monge::Describe<Prdc>& d) {
    d.doc("Precision, recall, density and coverage of features, by balls to the k-th neighbour");
    d.paper(
        "Kynkaanniemi et al. (2019), Improved precision and recall metric, arXiv:1904.06991; Naeem et al. "
        "(2020), Reliable fidelity and diversity metrics, arXiv:2002.09797");
    d.param("k", &Prdc::k, "neighbour that a sample's ball reaches to").range(1, 1000);
    d.value("precision", "1", "share of generated samples in the ball of a real one", "max");
    d.value("recall", "1", "share of real samples in the ball of a generated one", "max");
    d.value("density", "1", "mean number of real balls around a generated sample, over k", "max");
    d.value("coverage", "1", "share of real samples with a generated one in their ball", "max");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto [real, fake] = monge::plugins::feature_rows("prdc", snapshot);
    if (real.size(0) <= k) {
      throw monge::Error(monge::Exit::experiment, "metric 'prdc': k = " + std::to_string(k) +
                                                      " needs more than " + std::to_string(real.size(0)) +
                                                      " samples; raise evaluate.samples or lower k");
    }
    const auto between = distances(real, fake);                // [real, fake]
    const auto in_real = between < radius(real).unsqueeze(1);  // fake j lies in the ball of real i
    const auto in_fake = between < radius(fake).unsqueeze(0);  // real i lies in the ball of fake j
    const auto share = [](const Tensor& flags) { return flags.to(at::kDouble).mean().item<double>(); };
    values.set("precision", share(in_real.any(0)));
    values.set("recall", share(in_fake.any(1)));
    values.set("density", in_real.to(at::kDouble).sum(0).mean().item<double>() / static_cast<double>(k));
    values.set("coverage", share(in_real.any(1)));
  }

 private:
  /// [n]: to the k-th neighbour; the nearest of all is the sample itself.
  Tensor radius(const Tensor& rows) const { return std::get<0>(distances(rows, rows).kthvalue(k + 1, 1)); }
};

}  // namespace

MONGE_PLUGIN(Prdc)
