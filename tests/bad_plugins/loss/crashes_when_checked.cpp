// Ends the process at the first gradient
#include "crash.h"
#include "plain_loss.h"

namespace {

struct CrashesWhenChecked final : monge::bad::PlainLoss {
  static void describe(monge::Describe<CrashesWhenChecked>& d) {
    d.doc("Ends the process at the first gradient");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    if (s.real.requires_grad()) monge::bad::crash();
    return PlainLoss::critic(s);
  }
};

}  // namespace

MONGE_PLUGIN(CrashesWhenChecked)
