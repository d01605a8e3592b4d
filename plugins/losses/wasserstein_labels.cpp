// The Wasserstein loss as Keras code writes it: mean(y_true * y_pred) with one label for real and the other
// for fake samples (Arjovsky et al. 2017, eq. 2 and 3, for the label -1 of real samples).
//
// With `real_label = "+1"` both players' signs turn: the critic then gives real samples the low scores, as in
// the published code of the paper, and learns the negative of what it learns with -1.
#include <monge/loss.h>

namespace {

struct WassersteinLabels final : monge::Loss {
  enum class Label { minus_one, plus_one };
  Label real_label = Label::minus_one;

  static void describe(monge::Describe<WassersteinLabels>& d) {
    d.doc("Wasserstein loss as mean(y_true * y_pred) with labels -1 and +1; needs an enforcer, too");
    d.paper("Arjovsky et al. (2017), Wasserstein GAN, eq. 2 and 3, arXiv:1701.07875");
    d.param("real_label", &WassersteinLabels::real_label,
            "label of real samples, fakes have the other: -1 gives real samples the high scores, +1 the low "
            "ones")
        .choices({{"-1", Label::minus_one}, {"+1", Label::plus_one}});
  }

  Tensor critic(const Scores& s) const override {
    return (y_real() * s.real).mean() + (-y_real() * s.fake).mean();
  }
  // The generator asks for the label of real samples.
  Tensor generator(const Scores& s) const override { return (y_real() * s.fake).mean(); }

 private:
  double y_real() const { return real_label == Label::minus_one ? -1.0 : 1.0; }
};

}  // namespace

MONGE_PLUGIN(WassersteinLabels)
