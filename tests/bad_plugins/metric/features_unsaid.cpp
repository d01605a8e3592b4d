// Reads features without saying so
#include <monge/metric.h>

namespace {

struct FeaturesUnsaid final : monge::Metric {
  static void describe(monge::Describe<FeaturesUnsaid>& d) {
    d.doc("Reads features without saying so");
    d.paper("None: a defect made on purpose");
    d.value("distance", "1", "between the means", "min");
  }
  void measure(const Snapshot& s, Values& values) const override {
    const Tensor apart = s.real_features.x.mean(0) - s.fake_features.x.mean(0);
    values.set("distance", apart.norm().item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(FeaturesUnsaid)
