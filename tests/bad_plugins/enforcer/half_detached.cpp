// Holds the norm constant where its derivative is wanted
#include "plain_penalty.h"

namespace {

struct HalfDetached final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<HalfDetached>& d) {
    d.doc("Holds the norm constant where its derivative is wanted");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override {
    const auto norms = norm(look.slope);
    return ((norms - 1) * (norms - 1).detach()).mean();
  }
};

}  // namespace

MONGE_PLUGIN(HalfDetached)
