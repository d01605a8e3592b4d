// Rolls dice that no seed reaches
#include "plain_loss.h"

namespace {

struct OwnRandomness final : monge::bad::PlainLoss {
  static void describe(monge::Describe<OwnRandomness>& d) {
    d.doc("Rolls dice that no seed reaches");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    return PlainLoss::critic(s) + 0 * at::rand({}, s.real.options());
  }
};

}  // namespace

MONGE_PLUGIN(OwnRandomness)
