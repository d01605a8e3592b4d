// Declares a value that it does not set
#include <monge/metric.h>

namespace {

struct ForgetsValue final : monge::Metric {
  static void describe(monge::Describe<ForgetsValue>& d) {
    d.doc("Declares a value that it does not set");
    d.paper("None: a defect made on purpose");
    d.value("distance", "1", "between the means", "min");
  }
  void measure(const Snapshot& s, Values& values) const override {
    if (distance(s) < 0) values.set("distance", 0.0);
  }

 private:
  static double distance(const Snapshot& s) {
    return (s.real.mean(0) - s.fake.mean(0)).to(at::kDouble).norm().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(ForgetsValue)
