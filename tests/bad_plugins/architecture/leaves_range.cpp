// Its generator has no last activation
#include <monge/architecture.h>

namespace {

struct LeavesRange final : monge::Architecture {
  static void describe(monge::Describe<LeavesRange>& d) {
    d.doc("Its generator has no last activation");
    d.paper("None: a defect made on purpose");
  }
  Layers generator(const Problem& problem) const override {
    std::int64_t size = 1;
    for (const auto extent : problem.sample) size *= extent;
    return Layers({monge::linear(8), monge::relu(), monge::linear(size)}).add(monge::reshape(problem.sample));
  }
  Layers critic(const Problem&) const override {
    return {monge::flatten(), monge::linear(8), monge::relu(), monge::linear(1)};
  }
};

}  // namespace

MONGE_PLUGIN(LeavesRange)
