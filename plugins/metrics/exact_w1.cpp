// Wasserstein-1 distance of two samples, exactly: the least mean distance of a pairing (Villani 2009, Optimal
// transport, eq. 6.1, of two empirical measures). It overestimates the distance of the distributions, in high
// dimension by a lot: two samples of one distribution are at E W1 ~ n^(-1/d) (Fournier & Guillin 2015,
// thm. 1), so it means something only beside its floor, the value between two real samples.
#include <monge/error.h>

#include <algorithm>
#include <string>

#include "pairing.h"
#include "rows.h"

namespace {

struct ExactW1 final : monge::Metric {
  static constexpr std::int64_t kMost = 16'384;  // of whose pairs there are 4 GB
  std::int64_t most = 512;

  static void describe(monge::Describe<ExactW1>& d) {
    d.doc("Exact Wasserstein-1 distance of real and generated samples, by network simplex, and its floor");
    d.paper(
        "Villani (2009), Optimal transport, eq. 6.1; Fournier & Guillin (2015), On the rate of convergence "
        "in "
        "Wasserstein distance, thm. 1, arXiv:1312.2128; Kovacs (2015), Minimum-cost flow algorithms");
    d.param("samples", &ExactW1::most,
            "at most so many of each kind during training; evaluate.final_samples are all used")
        .range(2, kMost);
    d.value("exact_w1", "1", "earth mover's distance of the samples, in units of the data", "min");
    d.floor("exact_w1");
  }

  std::int64_t samples(std::int64_t n, bool at_end) const override {
    if (at_end && n > kMost)
      throw monge::Error(monge::Exit::experiment, "exact_w1 pairs at most " + std::to_string(kMost) +
                                                      " samples of each kind, not " + std::to_string(n) +
                                                      ": lower evaluate.final_samples");
    return at_end ? n : std::min(n, most);
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto n = samples(snapshot.real.size(0), snapshot.at_end);
    const auto [real, fake] = monge::plugins::rows_of("exact_w1", snapshot.real, snapshot.fake, n);
    values.set("exact_w1", monge::plugins::least_mean_cost(monge::plugins::distances(real, fake)));
  }
};

}  // namespace

MONGE_PLUGIN(ExactW1)
