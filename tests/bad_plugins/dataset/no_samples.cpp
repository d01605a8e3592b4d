// Forgets to fill what it returns
#include <monge/dataset.h>

namespace {

struct NoSamples final : monge::Dataset {
  static void describe(monge::Describe<NoSamples>& d) {
    d.doc("Forgets to fill what it returns");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source&) const override { return {}; }
};

}  // namespace

MONGE_PLUGIN(NoSamples)
