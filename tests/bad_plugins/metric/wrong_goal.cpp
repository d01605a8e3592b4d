// Takes more for better
#include <monge/metric.h>

namespace {

struct WrongGoal final : monge::Metric {
  static void describe(monge::Describe<WrongGoal>& d) {
    d.doc("Takes more for better");
    d.paper("None: a defect made on purpose");
    d.value("distance", "1", "between the means", "max");
  }
  void measure(const Snapshot& s, Values& values) const override { values.set("distance", distance(s)); }

 private:
  static double distance(const Snapshot& s) {
    return (s.real.mean(0) - s.fake.mean(0)).to(at::kDouble).norm().item<double>();
  }
};

}  // namespace

MONGE_PLUGIN(WrongGoal)
