// Never comes back from the first gradient
#include <unistd.h>

#include "plain_loss.h"

namespace {

struct HangsWhenChecked final : monge::bad::PlainLoss {
  static void describe(monge::Describe<HangsWhenChecked>& d) {
    d.doc("Never comes back from the first gradient");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    while (s.real.requires_grad()) pause();
    return PlainLoss::critic(s);
  }
};

}  // namespace

MONGE_PLUGIN(HangsWhenChecked)
