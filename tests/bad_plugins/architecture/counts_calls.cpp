// Its width depends on a global
#include <monge/architecture.h>

namespace {

struct CountsCalls final : monge::Architecture {
  static void describe(monge::Describe<CountsCalls>& d) {
    d.doc("Its width depends on a global");
    d.paper("None: a defect made on purpose");
  }
  Layers generator(const Problem& problem) const override {
    std::int64_t size = 1;
    for (const auto extent : problem.sample) size *= extent;
    return Layers({monge::linear(width()), monge::relu(), monge::linear(size)})
        .add_output(problem.range)
        .add(monge::reshape(problem.sample));
  }
  Layers critic(const Problem&) const override {
    return {monge::flatten(), monge::linear(8), monge::relu(), monge::linear(1)};
  }

 private:
  static std::int64_t width() {
    static std::int64_t calls = 8;
    return ++calls;
  }
};

}  // namespace

MONGE_PLUGIN(CountsCalls)
