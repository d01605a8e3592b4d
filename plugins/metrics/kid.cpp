// Kernel Inception Distance (Binkowski et al. 2018, sec. 4): the squared maximum mean discrepancy of features
// with the kernel (x.y / F + 1)^3, without bias, over all pairs of the evaluation rather than over random
// blocks, which only add noise. With Inception's features it is the published KID.
#include "discrepancy.h"
#include "rows.h"

namespace {

struct Kid final : monge::Metric {
  static void describe(monge::Describe<Kid>& d) {
    d.doc("Kernel distance of real and generated features (KID with Inception's), cubic kernel, unbiased");
    d.paper("Binkowski, Sutherland, Arbel & Gretton (2018), Demystifying MMD GANs, sec. 4, arXiv:1801.01401");
    d.value("kid", "1", "squared discrepancy by the kernel (x.y / F + 1)^3; 0 on average where all agrees",
            "min");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto [real, fake] = monge::plugins::feature_rows("kid", snapshot);
    monge::plugins::need_pairs("kid", real);
    const auto kernel = [](const auto& a, const auto& b) {
      return (a.matmul(b.t()) / static_cast<double>(a.size(1)) + 1).pow(3);
    };
    values.set("kid", monge::plugins::squared_discrepancy(kernel(real, real), kernel(fake, fake),
                                                          kernel(real, fake)));
  }
};

}  // namespace

MONGE_PLUGIN(Kid)
