// Hinge loss (Lim & Ye 2017): a sample the critic already separates by `margin` no longer moves it.
#include <monge/loss.h>

namespace {

struct Hinge final : monge::Loss {
  Real margin = 1.0;

  static void describe(monge::Describe<Hinge>& d) {
    d.doc("Hinge loss of Lim & Ye (2017)");
    d.param("margin", &Hinge::margin, "score distance at which a sample stops counting").range(0, 10);
  }

  Tensor critic(const Scores& s) const override {
    return relu(margin - s.real).mean() + relu(margin + s.fake).mean();
  }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

}  // namespace

MONGE_PLUGIN(Hinge)
