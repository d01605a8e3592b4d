// Gradient penalty: weight * mean(excess^exponent), the excess of the critic's slope over `target` at chosen
// points. By default that of Gulrajani et al. (2017, eq. 3), on lines between real and fake samples; its
// relatives are presets.
#include <monge/enforcer.h>

namespace {

struct GradientPenalty final : monge::Enforcer {
  enum class Where { lines, real, fake, both, noise };
  enum class Sides { two, one };
  enum class Over { mean, maximum };
  Real weight = 10.0;
  Real target = 1.0;
  Real exponent = 2.0;
  Real noise = 0.5;
  Where where = Where::lines;
  Sides sides = Sides::two;
  Over over = Over::mean;

  static void describe(monge::Describe<GradientPenalty>& d) {
    d.doc("Penalty on the critic's slope: WGAN-GP of Gulrajani et al. (2017), and its relatives as presets");
    d.paper("Gulrajani et al. (2017), Improved training of Wasserstein GANs, eq. 3, arXiv:1704.00028");
    d.couples_batch();  // with over = maximum
    d.param("weight", &GradientPenalty::weight, "lambda, what a unit of excess slope to the power costs")
        .range(0, 1e6);
    d.param("target", &GradientPenalty::target, "slope that costs nothing").range(0, 1e6);
    d.param("exponent", &GradientPenalty::exponent, "power of the excess slope").range(1, 16);
    d.param("noise", &GradientPenalty::noise,
            "with where = noise: its largest, in standard deviations of the batch")
        .range(0, 1e6);
    describe_choices(d);
    describe_presets(d);
  }

  Tensor points(const Scores& s, Draw& draw) const override {
    monge::Shape per_sample(s.real_x.dim(), 1);  // one number a sample: [B, 1, ...]
    per_sample[0] = s.real_x.size(0);
    switch (where) {
      case Where::real:
        return s.real_x;
      case Where::fake:
        return s.fake_x;
      case Where::both:
        return at::cat({s.real_x, s.fake_x});
      case Where::noise: {  // one standard deviation, that of all elements of the batch
        const auto deviation = (s.real_x - s.real_x.mean()).square().mean().sqrt();
        const auto moved = deviation * draw.uniform(s.real_x.sizes());
        return s.real_x + noise * (draw.uniform(per_sample) * moved);
      }
      case Where::lines:
        break;
    }
    return at::lerp(s.fake_x, s.real_x, draw.uniform(per_sample));
  }

  Tensor penalty(const Look& look, State&) const override {
    // A sample's norm is over all its dimensions; its gradient at 0 is 0 here.
    const auto excess = at::linalg_vector_norm(look.slope.flatten(1), 2, {1}) - target;
    const auto cost = pow(sides == Sides::one ? relu(excess) : excess.abs(), exponent);  // [P]
    return weight * (over == Over::maximum ? cost.amax(0) : cost.mean());
  }

 private:
  static void describe_choices(monge::Describe<GradientPenalty>& d) {
    d.param("where", &GradientPenalty::where,
            "points: on lines between real and fake samples, at real, fake or both, or at real ones moved by "
            "a share of uniform noise, a share each")
        .choices({{"lines", Where::lines},
                  {"real", Where::real},
                  {"fake", Where::fake},
                  {"both", Where::both},
                  {"noise", Where::noise}});
    d.param("sides", &GradientPenalty::sides, "whether slopes below the target cost too")
        .choices({{"two", Sides::two}, {"one", Sides::one}});
    d.param("over", &GradientPenalty::over, "the mean of all points, or the steepest alone")
        .choices({{"mean", Over::mean}, {"maximum", Over::maximum}});
  }

  static void describe_presets(monge::Describe<GradientPenalty>& d) {
    d.preset("wgan_gp", "Gulrajani et al. (2017), eq. 3, arXiv:1704.00028")
        .set("where", "lines")
        .set("weight", 10.0)
        .set("target", 1.0);
    d.preset("wgan_lp", "Petzka et al. (2018), eq. 8, arXiv:1709.08894")
        .set("where", "lines")
        .set("sides", "one")
        .set("weight", 10.0)
        .set("target", 1.0);
    // As their code has it, up to half a standard deviation; the paper's noise is Gaussian.
    d.preset("dragan", "Kodali et al. (2017), On convergence and stability of GANs, arXiv:1705.07215")
        .set("where", "noise")
        .set("noise", 0.5)
        .set("weight", 10.0)
        .set("target", 1.0);
    // gamma / 2 |slope|^2 with gamma = 10.
    d.preset("r1", "Mescheder et al. (2018), R1, gamma = 10, arXiv:1801.04406")
        .set("where", "real")
        .set("weight", 5.0)
        .set("target", 0.0);
    d.preset("r2", "Mescheder et al. (2018), R2, gamma = 10, arXiv:1801.04406")
        .set("where", "fake")
        .set("weight", 5.0)
        .set("target", 0.0);
    // Their code (htt210/GeneralizationAndStabilityInGANs) penalises the critic after its sigmoid, under BCE,
    // with weight 10 for toys and 500 for images. Here the slope is of scores, under BCE logits.
    d.preset("zero_centred", "Thanh-Tung et al. (2019), zero-centred gradient penalty, arXiv:1902.03984")
        .set("where", "lines")
        .set("weight", 10.0)
        .set("target", 0.0);
    d.preset("wgan_div", "Wu et al. (2018), Wasserstein divergence, k = 2, p = 6, arXiv:1712.01026")
        .set("where", "lines")
        .set("weight", 2.0)
        .set("target", 0.0)
        .set("exponent", 6.0);
    d.preset("max_gp", "Zhou et al. (2019), Lipschitz generative adversarial nets, arXiv:1902.05687")
        .set("where", "lines")
        .set("over", "maximum")
        .set("weight", 0.1)  // of their code
        .set("target", 0.0);
  }
};

}  // namespace

MONGE_PLUGIN(GradientPenalty)
