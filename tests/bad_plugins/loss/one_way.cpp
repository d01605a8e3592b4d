// Its critic raises all scores there are
#include "plain_loss.h"

namespace {

struct OneWay final : monge::bad::PlainLoss {
  static void describe(monge::Describe<OneWay>& d) {
    d.doc("Its critic raises all scores there are");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override { return -(s.real + s.fake).mean(); }
};

}  // namespace

MONGE_PLUGIN(OneWay)
