// Its generator looks at real samples behind the gradient's back
#include "plain_loss.h"

namespace {

struct ReadsRealSamples final : monge::bad::PlainLoss {
  static void describe(monge::Describe<ReadsRealSamples>& d) {
    d.doc("Its generator looks at real samples behind the gradient's back");
    d.paper("None: a defect made on purpose");
  }
  Tensor generator(const Scores& s) const override { return -s.fake.mean() + s.real_x.detach().mean(); }
};

}  // namespace

MONGE_PLUGIN(ReadsRealSamples)
