// Sinkhorn divergence (Feydy et al. 2019, eq. 3): entropic transport between real and generated samples less
// half of that within each, so that equal samples are at 0. Between maximum mean discrepancy (epsilon large)
// and Wasserstein distance (epsilon 0), and less biased by the number of samples than the latter.
#include <algorithm>
#include <cmath>

#include "rows.h"

namespace {

using monge::Tensor;
using monge::plugins::distances;

enum class Cost { distance, squared };

/// -epsilon log mean_j exp((potential_j - cost_ij) / epsilon), eq. 9; [n, m] and [m] -> [n].
Tensor soft_least(const Tensor& cost, const Tensor& potential, double epsilon) {
  const double size = std::log(static_cast<double>(cost.size(1)));
  return ((potential - cost) / epsilon).logsumexp(1).sub_(size).mul_(-epsilon);
}

struct Sinkhorn final : monge::Metric {
  std::int64_t most = 512;
  double epsilon = 0.05;
  Cost cost = Cost::distance;
  std::int64_t iterations = 500;

  static void describe(monge::Describe<Sinkhorn>& d) {
    d.doc("Sinkhorn divergence of Feydy et al. (2019) between real and generated samples");
    d.paper(
        "Feydy, Sejourne, Vialard, Amari, Trouve & Peyre (2019), Interpolating between optimal transport and "
        "MMD using Sinkhorn divergences, eq. 3 and 9, arXiv:1810.08278");
    d.param("samples", &Sinkhorn::most,
            "at most so many of each kind during training; evaluate.final_samples are all used")
        .range(2, 16384);
    d.param("epsilon", &Sinkhorn::epsilon,
            "weight of the entropy, as a share of the mean cost between real samples")
        .range(1e-4, 1e3);
    d.param("cost", &Sinkhorn::cost,
            "of moving x to y: their distance, as in W1, or half its square, for which a shift by m is at "
            "|m|^2 / 2")
        .choices({{"distance", Cost::distance}, {"squared", Cost::squared}});
    d.param("iterations", &Sinkhorn::iterations,
            "at most, until the potentials move by less than 1e-9 of the mean cost; where the last one moves "
            "them by a tenth of the entropy's weight there is no number")
        .range(1, 1'000'000);
    d.value("sinkhorn", "1", "Sinkhorn divergence of the samples, in units of the cost", "min");
  }

  std::int64_t samples(std::int64_t n, bool at_end) const override { return at_end ? n : std::min(n, most); }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto n = samples(snapshot.real.size(0), snapshot.at_end);
    const auto [real, fake] = monge::plugins::rows_of("sinkhorn", snapshot.real, snapshot.fake, n);
    const auto within_real = costs(real, real);
    const double scale = within_real.mean().item<double>();
    if (scale == 0) {
      throw monge::Error(monge::Exit::experiment,
                         "metric 'sinkhorn': all real samples are equal, so nothing sets its epsilon");
    }
    values.set("sinkhorn", between(costs(real, fake), scale) -
                               (within(within_real, scale) + within(costs(fake, fake), scale)) / 2);
  }

 private:
  Tensor costs(const Tensor& a, const Tensor& b) const {
    const auto far = distances(a, b);
    return cost == Cost::distance ? far : far.square() / 2;
  }

  // Updates `potential` by next(it, weight of the entropy) until it settles, and returns it; where it does
  // not, not a number. The weight falls to its value by halves: from there a small one takes hundreds of
  // updates, from nothing many thousands (Schmitzer 2019, arXiv:1610.06519, sec. 3.2).
  template <class Next>
  Tensor settled(Tensor potential, double scale, const Next& next) const {
    const double last = epsilon * scale;
    for (double weight = scale; weight > last; weight /= 2) potential = next(potential, weight);
    double moved = INFINITY;
    for (std::int64_t i = 0; i < iterations && moved >= 1e-9 * scale; ++i) {
      const Tensor after = next(potential, last);
      moved = (after - potential).abs().max().item<double>();
      potential = after;
    }
    return moved < 0.1 * last || moved < 1e-9 * scale ? potential : potential * NAN;
  }

  // The dual value (eq. 8) after an update of one potential: then the exponential term adds nothing.
  double between(const Tensor& c, double scale) const {
    const auto transposed = c.t().contiguous();
    Tensor f;
    const auto g =
        settled(at::zeros({c.size(1)}, c.options()), scale, [&](const Tensor& before, double weight) {
          f = soft_least(c, before, weight);
          return soft_least(transposed, f, weight);
        });
    return (f.mean() + g.mean()).item<double>();
  }

  // Of a sample with itself the two potentials are one, and the averaged update (sec. 3.1) converges in a few
  // steps.
  double within(const Tensor& c, double scale) const {
    const auto f = settled(
        at::zeros({c.size(0)}, c.options()), scale,
        [&](const Tensor& before, double weight) { return (before + soft_least(c, before, weight)) / 2; });
    return 2 * f.mean().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(Sinkhorn)
