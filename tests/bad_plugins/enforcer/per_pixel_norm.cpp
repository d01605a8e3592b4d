// A norm over the channels of each pixel
#include "plain_penalty.h"

namespace {

struct PerPixelNorm final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<PerPixelNorm>& d) {
    d.doc("A norm over the channels of each pixel");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override {
    return of((look.slope.square().sum(1) + 1e-20).sqrt());
  }
};

}  // namespace

MONGE_PLUGIN(PerPixelNorm)
