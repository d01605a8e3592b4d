// Hinge loss (Lim & Ye 2017): a sample the critic already separates by `margin` no longer moves it.
#include <monge/loss.h>

namespace {

struct MyHinge final : monge::Loss {
  Real margin = 1.0;

  static void describe(monge::Describe<MyHinge>& d) {
    d.doc("Hinge loss of Lim & Ye (2017)");
    d.paper("Lim & Ye (2017), Geometric GAN, arXiv:1705.02894");
    d.param("margin", &MyHinge::margin, "score distance at which a sample stops counting").range(0, 10);
  }

  Tensor critic(const Scores& s) const override {
    return relu(margin - s.real).mean() + relu(margin + s.fake).mean();
  }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

}  // namespace

MONGE_PLUGIN(MyHinge)
