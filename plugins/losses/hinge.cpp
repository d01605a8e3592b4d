// Hinge loss (Lim & Ye 2017; Miyato et al. 2018, eq. 16 and 17): a sample the critic already separates by
// `margin` no longer moves it.
#include <monge/loss.h>

namespace {

struct Hinge final : monge::Loss {
  Real margin = 1.0;

  static void describe(monge::Describe<Hinge>& d) {
    d.doc("Hinge loss of Lim & Ye (2017)");
    d.paper("Lim & Ye (2017), Geometric GAN, arXiv:1705.02894; Miyato et al. (2018), eq. 16 and 17");
    d.param("margin", &Hinge::margin, "score beyond which a sample stops counting").range(0, 1e6);
  }

  Tensor critic(const Scores& s) const override {
    return relu(margin - s.real).mean() + relu(margin + s.fake).mean();
  }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

}  // namespace

MONGE_PLUGIN(Hinge)
