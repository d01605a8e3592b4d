// Least squares (Mao et al. 2017, eq. 2): scores are drawn to codes, `a` for fake and `b` for real samples,
// and the generator draws those of its samples to `c`. Of the scores themselves: no sigmoid.
#include <monge/loss.h>

namespace {

struct LeastSquares final : monge::Loss {
  Real a = 0.0;
  Real b = 1.0;
  Real c = 1.0;

  static void describe(monge::Describe<LeastSquares>& d) {
    d.doc("Least squares loss of Mao et al. (2017), LSGAN");
    d.paper("Mao et al. (2017), Least squares generative adversarial networks, eq. 2, arXiv:1611.04076");
    d.param("a", &LeastSquares::a, "score the critic wants for fake samples").range(-1e6, 1e6);
    d.param("b", &LeastSquares::b, "score the critic wants for real samples").range(-1e6, 1e6);
    d.param("c", &LeastSquares::c, "score the generator wants for its samples").range(-1e6, 1e6);
    d.preset("binary", "Mao et al. (2017), eq. 9").set("a", 0.0).set("b", 1.0).set("c", 1.0);
    d.preset("pearson", "Mao et al. (2017), eq. 8: minimises a Pearson divergence")
        .set("a", -1.0)
        .set("b", 1.0)
        .set("c", 0.0);
  }

  Tensor critic(const Scores& s) const override {
    return 0.5 * (s.real - b).square().mean() + 0.5 * (s.fake - a).square().mean();
  }
  Tensor generator(const Scores& s) const override { return 0.5 * (s.fake - c).square().mean(); }
};

}  // namespace

MONGE_PLUGIN(LeastSquares)
