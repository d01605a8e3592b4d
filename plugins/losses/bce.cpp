// Binary cross-entropy on logits: the original GAN (Goodfellow et al. 2014, eq. 1), and its generator's two
// forms. What later papers call the logistic loss (Karras et al. 2019, StyleGAN) is the non-saturating form,
// the same function of the logits.
#include <monge/loss.h>

namespace {

struct Bce final : monge::Loss {
  enum class Form { non_saturating, saturating };
  Form form = Form::non_saturating;
  Real label_smoothing = 0.0;

  static void describe(monge::Describe<Bce>& d) {
    d.doc("Binary cross-entropy of Goodfellow et al. (2014), from logits; also called the logistic loss");
    d.paper("Goodfellow et al. (2014), Generative adversarial networks, eq. 1, arXiv:1406.2661");
    d.param("generator", &Bce::form,
            "what the generator minimises: -log D(G(z)), or log(1 - D(G(z))) whose gradient vanishes")
        .choices({{"non_saturating", Form::non_saturating}, {"saturating", Form::saturating}});
    d.param("label_smoothing", &Bce::label_smoothing,
            "one-sided: real samples have the target 1 - label_smoothing (Salimans et al. 2016, sec. 3.4)")
        .range(0, 1);
  }

  // -log sigmoid(r) = softplus(-r), -log(1 - sigmoid(f)) = softplus(f). With the target 1 - e a real sample
  // costs (1 - e) softplus(-r) + e softplus(r) = softplus(-r) + e r.
  Tensor critic(const Scores& s) const override {
    return (softplus(-s.real) + label_smoothing * s.real).mean() + softplus(s.fake).mean();
  }
  Tensor generator(const Scores& s) const override {
    return form == Form::saturating ? -softplus(s.fake).mean() : softplus(-s.fake).mean();
  }
};

}  // namespace

MONGE_PLUGIN(Bce)
