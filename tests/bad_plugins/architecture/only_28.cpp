// Makes 28 pixels whatever is wanted
#include <monge/architecture.h>

namespace {

struct Only28 final : monge::Architecture {
  static void describe(monge::Describe<Only28>& d) {
    d.doc("Makes 28 pixels whatever is wanted");
    d.paper("None: a defect made on purpose");
  }
  Layers generator(const Problem& problem) const override {
    return Layers({monge::linear(8), monge::relu(), monge::linear(784)})
        .add_output(problem.range)
        .add(monge::reshape(problem.sample));
  }
  Layers critic(const Problem&) const override {
    return {monge::flatten(), monge::linear(8), monge::relu(), monge::linear(1)};
  }
};

}  // namespace

MONGE_PLUGIN(Only28)
