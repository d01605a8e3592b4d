// Maximum mean discrepancy with Gaussian kernels of several bandwidths (Gretton et al. 2012, eq. 3; Li et al.
// 2015, Generative moment matching networks, sec. 4, for the sum of several). The bandwidth decides what is
// seen; these are multiples of the median distance between real samples, and of those only, so that the
// measure stands still while the generator moves.
#include "discrepancy.h"
#include "rows.h"

namespace {

using monge::Tensor;
using monge::plugins::distances;

struct Mmd final : monge::Metric {
  std::vector<double> bandwidths = {0.25, 0.5, 1.0, 2.0, 4.0};

  static void describe(monge::Describe<Mmd>& d) {
    d.doc("Squared maximum mean discrepancy of real and generated features, Gaussian kernels, unbiased");
    d.paper(
        "Gretton, Borgwardt, Rasch, Schoelkopf & Smola (2012), A kernel two-sample test, eq. 3, JMLR 13; Li, "
        "Swersky & Zemel (2015), arXiv:1502.02761");
    d.param("bandwidths", &Mmd::bandwidths,
            "standard deviations of the kernels, which are averaged, in median distances of real samples")
        .range(1e-6, 1e6);
    d.value("mmd", "1", "squared maximum mean discrepancy; 0 on average where the distributions agree",
            "min");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto [real, fake] = monge::plugins::feature_rows("mmd", snapshot);
    monge::plugins::need_pairs("mmd", real);
    const double median = at::pdist(real).median().item<double>();
    if (median == 0 || bandwidths.empty()) {
      throw monge::Error(monge::Exit::experiment,
                         "metric 'mmd' has no bandwidth: half of all real samples are equal, or its list of "
                         "bandwidths is empty");
    }
    values.set("mmd", monge::plugins::squared_discrepancy(kernel(distances(real, real), median),
                                                          kernel(distances(fake, fake), median),
                                                          kernel(distances(real, fake), median)));
  }

 private:
  Tensor kernel(const Tensor& distance, double median) const {
    auto sum = at::zeros_like(distance);
    for (const double bandwidth : bandwidths) {
      sum += (distance / (bandwidth * median)).square_().mul_(-0.5).exp_();
    }
    return sum / static_cast<double>(bandwidths.size());
  }
};

}  // namespace

MONGE_PLUGIN(Mmd)
