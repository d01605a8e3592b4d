// A penalty with the wrong sign
#include "plain_penalty.h"

namespace {

struct PaysBack final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<PaysBack>& d) {
    d.doc("A penalty with the wrong sign");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override { return -of(norm(look.slope)); }
};

}  // namespace

MONGE_PLUGIN(PaysBack)
