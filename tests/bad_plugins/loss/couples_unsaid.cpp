// Divides by the spread of the batch and does not say so
#include "plain_loss.h"

namespace {

struct CouplesUnsaid final : monge::bad::PlainLoss {
  static void describe(monge::Describe<CouplesUnsaid>& d) {
    d.doc("Divides by the spread of the batch and does not say so");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    return (s.fake.mean() - s.real.mean()) / (s.real.square().mean() + 1);
  }
};

}  // namespace

MONGE_PLUGIN(CouplesUnsaid)
