// A root without a guard at zero
#include "plain_penalty.h"

namespace {

struct UnguardedRoot final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<UnguardedRoot>& d) {
    d.doc("A root without a guard at zero");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override {
    return of(look.slope.flatten(1).square().sum(1).sqrt());
  }
};

}  // namespace

MONGE_PLUGIN(UnguardedRoot)
