// Four divergences of the real distribution P and the generated one Q, as the histograms of their samples
// have them, in one and two dimensions: KL(P || Q), KL(Q || P), Jensen-Shannon and total variation (Arjovsky
// et al. 2017, WGAN, sec. 2). Of distributions on disjoint sets KL is infinite, JS log 2 and total variation
// 1, wherever they lie; with a histogram and n samples, KL is as large as the pseudo-counts let it be.
//
// Bins are squares of one width, the real samples' largest extent over `bins` (an even number), around the
// middle of the real samples, so that the outermost ones lie within bins; one bin more at each end has all
// beyond. Two samples of one distribution over B bins are at
// KL = (B - 1) / n on average, so unlike numbers of samples are never compared.
#include <algorithm>
#include <cmath>

#include "information.h"
#include "rows.h"

namespace {

using monge::Tensor;

struct Divergences final : monge::Metric {
  std::int64_t bins = 16;
  double pseudo_count = 0.5;

  static void describe(monge::Describe<Divergences>& d) {
    d.doc(
        "KL, reverse KL, Jensen-Shannon divergence and total variation, by histogram, in 1 and 2 dimensions");
    d.paper("Arjovsky, Chintala & Bottou (2017), Wasserstein GAN, sec. 2, arXiv:1701.07875");
    d.param("bins", &Divergences::bins,
            "over the largest extent of the real samples; an odd number counts as the next")
        .range(1, 1000);
    d.param("pseudo_count", &Divergences::pseudo_count,
            "added to each bin for the two KL, which empty bins would make infinite")
        .range(1e-12, 1e6);
    d.value("kl", "1", "KL divergence, in nats, from real to generated samples, with pseudo-counts", "min");
    d.value("reverse_kl", "1", "KL divergence, in nats, from generated to real samples, with pseudo-counts",
            "min");
    d.value("js", "1", "Jensen-Shannon divergence in nats, 0 to log 2", "min");
    d.value("total_variation", "1", "half the summed differences of the bins' shares, 0 to 1", "min");
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto [real, fake] =
        monge::plugins::rows_of("divergences", snapshot.real, snapshot.fake, snapshot.real.size(0));
    if (real.size(1) > 2) {
      throw monge::Error(
          monge::Exit::experiment,
          "metric 'divergences' counts samples in bins, which takes data of one or two dimensions, "
          "got " +
              std::to_string(real.size(1)) + "; leave it out here");
    }
    if (!fake.isfinite().all().item<bool>()) {
      for (const char* name : {"kl", "reverse_kl", "js", "total_variation"}) values.set(name, NAN);
      return;
    }
    const auto [of_real, of_fake] = counts(real, fake);
    const auto shares = [](const Tensor& count) { return count / count.sum(); };
    const auto p = shares(of_real), q = shares(of_fake);
    const auto smooth_p = shares(of_real + pseudo_count), smooth_q = shares(of_fake + pseudo_count);
    values.set("kl", monge::plugins::kl_divergence(smooth_p, smooth_q).item<double>());
    values.set("reverse_kl", monge::plugins::kl_divergence(smooth_q, smooth_p).item<double>());
    values.set("js", monge::plugins::js_divergence(p, q).item<double>());
    values.set("total_variation", (p - q).abs().sum().item<double>() / 2);
  }

 private:
  /// Samples in each bin, [B] double; bin 0 of an axis lies at the middle of the real samples.
  std::pair<Tensor, Tensor> counts(const Tensor& real, const Tensor& fake) const {
    const auto low = real.amin(0), high = real.amax(0);  // [D]
    const double extent = (high - low).max().item<double>();
    const std::int64_t half = (bins + 1) / 2, last = half + 1, side = 2 * last + 1;
    const double width = extent > 0 ? extent / static_cast<double>(2 * half) : 1;
    const auto count = [&](const Tensor& rows) {
      auto bin = ((rows - (low + high) / 2) / width).round().clamp(-last, last) + last;  // [n, D]
      auto index = bin.select(1, 0);
      if (rows.size(1) == 2) index = index * side + bin.select(1, 1);
      const std::int64_t all = rows.size(1) == 2 ? side * side : side;
      return index.to(at::kLong).bincount({}, all).to(at::kDouble);
    };
    return {count(real), count(fake)};
  }
};

}  // namespace

MONGE_PLUGIN(Divergences)
