// A penalty on a slope that it takes by itself, once: without the graph of the second derivative
#include <torch/autograd.h>

#include "plain_penalty.h"

namespace {

struct OwnSlope final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<OwnSlope>& d) {
    d.doc("A penalty on a slope that it takes by itself, without the graph of the second derivative");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override {
    const auto slope = torch::autograd::grad({look.score.sum()}, {look.x}, {}, /*retain_graph=*/true,
                                             /*create_graph=*/false, /*allow_unused=*/true)[0];
    return slope.defined() ? of(norm(slope)) : look.score.square().mean();
  }
};

}  // namespace

MONGE_PLUGIN(OwnSlope)
