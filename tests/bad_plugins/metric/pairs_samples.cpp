// Compares each generated sample with one real one
#include <monge/metric.h>

namespace {

struct PairsSamples final : monge::Metric {
  static void describe(monge::Describe<PairsSamples>& d) {
    d.doc("Compares each generated sample with one real one");
    d.paper("None: a defect made on purpose");
    d.value("distance", "1", "between the means", "min");
  }
  void measure(const Snapshot& s, Values& values) const override {
    values.set("distance", distance(s) + (s.real - s.fake).abs().mean().item<double>());
  }

 private:
  static double distance(const Snapshot& s) {
    return (s.real.mean(0) - s.fake.mean(0)).to(at::kDouble).norm().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(PairsSamples)
