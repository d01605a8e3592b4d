// Its critic gives two scores
#include <monge/architecture.h>

namespace {

struct TwoScores final : monge::Architecture {
  static void describe(monge::Describe<TwoScores>& d) {
    d.doc("Its critic gives two scores");
    d.paper("None: a defect made on purpose");
  }
  Layers generator(const Problem& problem) const override {
    std::int64_t size = 1;
    for (const auto extent : problem.sample) size *= extent;
    return Layers({monge::linear(8), monge::relu(), monge::linear(size)})
        .add_output(problem.range)
        .add(monge::reshape(problem.sample));
  }
  Layers critic(const Problem&) const override {
    return {monge::flatten(), monge::linear(8), monge::relu(), monge::linear(2)};
  }
};

}  // namespace

MONGE_PLUGIN(TwoScores)
