// A penalty that no gradient leaves
#include "plain_penalty.h"

namespace {

struct Detached final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<Detached>& d) {
    d.doc("A penalty that no gradient leaves");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override { return of(norm(look.slope.detach())); }
};

}  // namespace

MONGE_PLUGIN(Detached)
