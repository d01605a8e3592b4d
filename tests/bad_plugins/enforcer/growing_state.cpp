// Its state gets longer with every update
#include "plain_penalty.h"

namespace {

struct GrowingState final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<GrowingState>& d) {
    d.doc("Its state gets longer with every update");
    d.paper("None: a defect made on purpose");
    d.state("seen", "all scores there ever were",
            [](const Tensor&, const monge::Role&, monge::Draw& draw) { return draw.normal({1}); });
  }
  Tensor penalty(const Look& look, State& state) const override {
    auto& seen = state["seen"];
    seen = at::cat({seen, look.score.detach()});
    return of(norm(look.slope));
  }
};

}  // namespace

MONGE_PLUGIN(GrowingState)
