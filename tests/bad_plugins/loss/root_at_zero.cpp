// The root of a mean square has no slope at zero
#include "plain_loss.h"

namespace {

struct RootAtZero final : monge::bad::PlainLoss {
  static void describe(monge::Describe<RootAtZero>& d) {
    d.doc("The root of a mean square has no slope at zero");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    return PlainLoss::critic(s) + 0.01 * (s.real.square().sqrt() + s.fake.square().sqrt()).mean();
  }
};

}  // namespace

MONGE_PLUGIN(RootAtZero)
