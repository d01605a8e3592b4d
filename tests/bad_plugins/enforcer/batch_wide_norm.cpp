// One norm over the whole batch
#include "plain_penalty.h"

namespace {

struct BatchWideNorm final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<BatchWideNorm>& d) {
    d.doc("One norm over the whole batch");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override {
    return of((look.slope.square().sum() + 1e-20).sqrt());
  }
};

}  // namespace

MONGE_PLUGIN(BatchWideNorm)
