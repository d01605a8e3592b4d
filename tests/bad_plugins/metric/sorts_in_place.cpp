// Sorts the samples of the host
#include <monge/metric.h>

namespace {

struct SortsInPlace final : monge::Metric {
  static void describe(monge::Describe<SortsInPlace>& d) {
    d.doc("Sorts the samples of the host");
    d.paper("None: a defect made on purpose");
    d.value("distance", "1", "between the means", "min");
  }
  void measure(const Snapshot& s, Values& values) const override {
    s.fake.copy_(std::get<0>(s.fake.sort(0)));
    values.set("distance", distance(s));
  }

 private:
  static double distance(const Snapshot& s) {
    return (s.real.mean(0) - s.fake.mean(0)).to(at::kDouble).norm().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(SortsInPlace)
