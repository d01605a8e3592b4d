// Centres the scores of the host in place
#include "plain_loss.h"

namespace {

struct ChangesInput final : monge::bad::PlainLoss {
  static void describe(monge::Describe<ChangesInput>& d) {
    d.doc("Centres the scores of the host in place");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    s.real_x.detach().add_(1);
    return PlainLoss::critic(s);
  }
};

}  // namespace

MONGE_PLUGIN(ChangesInput)
