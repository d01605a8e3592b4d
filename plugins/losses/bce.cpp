// Binary cross-entropy on logits: the original GAN (Goodfellow et al. 2014, eq. 1), and its generator's two
// forms.
#include <monge/loss.h>

namespace {

struct Bce final : monge::Loss {
  enum class Form { non_saturating, saturating };
  Form form = Form::non_saturating;

  static void describe(monge::Describe<Bce>& d) {
    d.doc("Binary cross-entropy of Goodfellow et al. (2014), from logits");
    d.param("generator", &Bce::form,
            "what the generator minimises: -log D(G(z)), or log(1 - D(G(z))) whose gradient vanishes")
        .choices({{"non_saturating", Form::non_saturating}, {"saturating", Form::saturating}});
  }

  // -log sigmoid(r) = softplus(-r), -log(1 - sigmoid(f)) = softplus(f).
  Tensor critic(const Scores& s) const override { return softplus(-s.real).mean() + softplus(s.fake).mean(); }
  Tensor generator(const Scores& s) const override {
    return form == Form::saturating ? -softplus(s.fake).mean() : softplus(-s.fake).mean();
  }
};

}  // namespace

MONGE_PLUGIN(Bce)
