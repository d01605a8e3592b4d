// Gradient penalty (Gulrajani et al. 2017, eq. 3): pulls the critic's slope towards `target` on lines between
// real and fake samples. One-sided (Petzka et al. 2018, eq. 8) it only pulls slopes above the target down.
#include <monge/enforcer.h>

namespace {

struct GradientPenalty final : monge::Enforcer {
  enum class Sides { two, one };
  Real weight = 10.0;
  Real target = 1.0;
  Sides sides = Sides::two;

  static void describe(monge::Describe<GradientPenalty>& d) {
    d.doc("WGAN-GP's penalty of Gulrajani et al. (2017) on the critic's slope between real and fake samples");
    d.param("weight", &GradientPenalty::weight, "lambda, what a unit of squared excess slope costs")
        .range(0, 1e6);
    d.param("target", &GradientPenalty::target, "slope that costs nothing").range(0, 1e6);
    d.param("sides", &GradientPenalty::sides, "whether slopes below the target cost too")
        .choices({{"two", Sides::two}, {"one", Sides::one}});
  }

  Tensor points(const Scores& s, Draw& draw) const override {
    monge::Shape per_sample(s.real_x.dim(), 1);  // one t a sample: [B, 1, ...]
    per_sample[0] = s.real_x.size(0);
    const auto t = draw.uniform(per_sample);
    return t * s.real_x + (1 - t) * s.fake_x;
  }

  Tensor penalty(const Look& look, State&) const override {
    // A sample's norm is over all its dimensions. The root's gradient is infinite at 0: guarded by a square
    // below one rounding of any slope that matters.
    const auto norm = (look.slope.flatten(1).square().sum(1) + 1e-20).sqrt();
    const auto excess = norm - target;
    return weight * (sides == Sides::one ? relu(excess) : excess).square().mean();
  }
};

}  // namespace

MONGE_PLUGIN(GradientPenalty)
