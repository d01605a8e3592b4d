// Looks at a score on the host
#include "plain_loss.h"

namespace {

struct ReadsValues final : monge::bad::PlainLoss {
  static void describe(monge::Describe<ReadsValues>& d) {
    d.doc("Looks at a score on the host");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    return s.real.sum().item<double>() < 1e300 ? PlainLoss::critic(s) : 2 * PlainLoss::critic(s);
  }
};

}  // namespace

MONGE_PLUGIN(ReadsValues)
