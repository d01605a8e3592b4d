// Its generator minimises a constant
#include "plain_loss.h"

namespace {

struct DeafGenerator final : monge::bad::PlainLoss {
  static void describe(monge::Describe<DeafGenerator>& d) {
    d.doc("Its generator minimises a constant");
    d.paper("None: a defect made on purpose");
  }
  Tensor generator(const Scores& s) const override { return 0 * s.fake.detach().mean(); }
};

}  // namespace

MONGE_PLUGIN(DeafGenerator)
