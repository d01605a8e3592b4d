// Takes a Real for a number, which in a pack it is not
#include "plain_loss.h"

namespace {

struct ReadsReal final : monge::bad::PlainLoss {
  Real margin = 1.0;

  static void describe(monge::Describe<ReadsReal>& d) {
    d.doc("Takes a Real for a number");
    d.paper("None: a defect made on purpose");
    d.param("margin", &ReadsReal::margin, "score beyond which a sample stops counting").range(0, 10);
  }
  Tensor critic(const Scores& s) const override {
    return margin.initial() > 0 ? PlainLoss::critic(s) : 2 * PlainLoss::critic(s);
  }
};

}  // namespace

MONGE_PLUGIN(ReadsReal)
