// Two parallel lines (Arjovsky et al. 2017, WGAN, example 1): only the Wasserstein distance, |theta|, says
// how far they are apart. For theta != 0 the Jensen-Shannon divergence to the line at 0 is log 2, the total
// variation 1, the Kullback-Leibler divergence infinite.
#include "made.h"

namespace {

struct ParallelLines final : monge::Dataset {
  double theta = 0;
  bool fixed = false;

  static void describe(monge::Describe<ParallelLines>& d) {
    d.doc(monge::plugins::made_doc(
        "Points (theta, z) on a vertical line, z uniform in [0, 1]; the Wasserstein distance between two "
        "such lines is the difference of their theta"));
    d.paper("Arjovsky et al. (2017), Wasserstein GAN, example 1, arXiv:1701.07875");
    d.param("theta", &ParallelLines::theta, "where the line is; the paper's real data are at 0")
        .range(-1e6, 1e6);
    d.param("fixed", &ParallelLines::fixed, "a fixed generator on the line at 0, in the network's place");
  }

  Samples load(const Source& source) const override {
    const auto line = [&](double at, std::int64_t n) {
      const auto z = monge::plugins::uniform(source, {n});
      return at::stack({at::full_like(z, at), z}, 1);
    };
    auto samples = monge::plugins::made([&](std::int64_t n) { return line(theta, n); });
    if (fixed) {
      samples.fake = line(0, samples.train.size(0)).to(at::kFloat);
      samples.fake_test = line(0, samples.test.size(0)).to(at::kFloat);
    }
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(ParallelLines)
