// Its preset sets what is not allowed
#include "plain_loss.h"

namespace {

struct BadPreset final : monge::bad::PlainLoss {
  Real margin = 1.0;

  static void describe(monge::Describe<BadPreset>& d) {
    d.doc("Its preset sets what is not allowed");
    d.paper("None: a defect made on purpose");
    d.param("margin", &BadPreset::margin, "a distance").range(0, 10);
    d.preset("wide", "None").set("margin", "eleven");
  }
};

}  // namespace

MONGE_PLUGIN(BadPreset)
