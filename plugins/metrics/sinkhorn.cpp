// Sinkhorn divergence (Feydy et al. 2019, eq. 3): entropic transport between real and generated samples less
// half of that within each, so that equal samples are at 0. Between maximum mean discrepancy (epsilon large)
// and Wasserstein distance (epsilon 0), and less biased by the number of samples than the latter.
#include <algorithm>
#include <cmath>
#include <utility>

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

  struct Dual {
    double value = 0, moved = INFINITY;  // by the last update of a potential
  };

  // The dual value (eq. 8) after an update of one potential: then the exponential term adds nothing. The
  // weight of the entropy begins at `first` and falls by halves to its value.
  Dual dual(const Tensor& c, double scale, double first) const {
    const double last = epsilon * scale;
    const auto transposed = c.t().contiguous();
    auto f = at::zeros({c.size(0)}, c.options()), g = at::zeros({c.size(1)}, c.options());
    const auto update = [&](double weight) {
      f = soft_least(c, g, weight);
      const Tensor before = std::exchange(g, soft_least(transposed, f, weight));
      return (g - before).abs().max().item<double>();
    };
    for (double weight = first; weight > last; weight /= 2) update(weight);
    Dual found;
    for (std::int64_t i = 0; i < iterations && found.moved >= 1e-9 * scale; ++i) found.moved = update(last);
    found.value = (f.mean() + g.mean()).item<double>();
    return found;
  }

  // From nothing, which is near the end for samples that are nearly equal; for others a small epsilon takes
  // many thousands of updates so, and hundreds by way of larger ones (Schmitzer 2019, arXiv:1610.06519, sec.
  // 3.2). Of two duals the greater one is nearer to the end.
  double between(const Tensor& c, double scale) const {
    Dual best = dual(c, scale, epsilon * scale);
    if (best.moved >= 1e-9 * scale) {
      const Dual other = dual(c, scale, scale);
      if (other.value > best.value) best = other;
    }
    return best.moved < 0.1 * epsilon * scale ? best.value : NAN;
  }

  // Of a sample with itself the two potentials are one, and the averaged update (sec. 3.1) converges in a few
  // steps.
  double within(const Tensor& c, double scale) const {
    const double eps = epsilon * scale;
    auto f = at::zeros({c.size(0)}, c.options());
    double moved = INFINITY;
    for (std::int64_t i = 0; i < iterations && moved >= 1e-9 * scale; ++i) {
      const Tensor before = std::exchange(f, (f + soft_least(c, f, eps)) / 2);
      moved = (f - before).abs().max().item<double>();
    }
    return 2 * f.mean().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(Sinkhorn)
