// Projects on directions of its own
#include <monge/metric.h>

namespace {

struct OwnProjection final : monge::Metric {
  static void describe(monge::Describe<OwnProjection>& d) {
    d.doc("Projects on directions of its own");
    d.paper("None: a defect made on purpose");
    d.value("distance", "1", "between the means", "min");
  }
  void measure(const Snapshot& s, Values& values) const override {
    const auto direction = at::randn({s.real.size(-1)}, s.real.options());
    values.set("distance", distance(s) + 0 * direction.sum().item<double>());
  }

 private:
  static double distance(const Snapshot& s) {
    return (s.real.mean(0) - s.fake.mean(0)).to(at::kDouble).norm().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(OwnProjection)
