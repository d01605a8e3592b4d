// f-GAN (Nowozin et al. 2016): the critic's score v becomes T = g(v) in the domain of the conjugate f*, and
// E_real[T] - E_fake[f*(T)] is a lower bound of the divergence (eq. 4), tight for T = f'(p/q). Activations g
// and conjugates f* of tables 2 and 6, simplified by hand to functions of v that do not overflow.
#include <monge/loss.h>

namespace {

// exp(v), continued by its tangent beyond 30: finite at any score, convex, and exact wherever training makes
// sense.
at::Tensor guarded_exp(const at::Tensor& v) {
  constexpr double kLast = 30;
  return at::exp(at::clamp_max(v, kLast)) * (1 + at::relu(v - kLast));
}

constexpr double kLog2 = 0.693147180559945309417;  // natural logarithm of 2

struct FDivergence final : monge::Loss {
  enum class Name { kl, reverse_kl, js, squared_hellinger, pearson, total_variation };
  enum class Form { trick, divergence };
  Name divergence = Name::js;
  Form form = Form::trick;

  static void describe(monge::Describe<FDivergence>& d) {
    d.doc("f-GAN of Nowozin et al. (2016): a lower bound of an f-divergence between real and fake samples");
    d.paper("Nowozin et al. (2016), f-GAN, eq. 4 and 7, tables 2 and 6, arXiv:1606.00709");
    d.param("divergence", &FDivergence::divergence,
            "D_f(real, fake) that the critic estimates; `js` is twice the Jensen-Shannon divergence, as in "
            "the paper")
        .choices({{"js", Name::js},
                  {"kl", Name::kl},
                  {"reverse_kl", Name::reverse_kl},
                  {"squared_hellinger", Name::squared_hellinger},
                  {"pearson", Name::pearson},
                  {"total_variation", Name::total_variation}});
    d.param("generator", &FDivergence::form,
            "what the generator minimises: -E[T] of its samples (sec. 3.2), or the bound itself, -E[f*(T)] "
            "(eq. 7)")
        .choices({{"trick", Form::trick}, {"divergence", Form::divergence}});
  }

  Tensor critic(const Scores& s) const override {
    return conjugate(s.fake).mean() - activation(s.real).mean();
  }
  Tensor generator(const Scores& s) const override {
    return form == Form::trick ? -activation(s.fake).mean() : -conjugate(s.fake).mean();
  }

 private:
  // g(v), [B] -> [B].
  Tensor activation(const Tensor& v) const {
    switch (divergence) {
      case Name::kl:
      case Name::pearson:
        return v;
      case Name::reverse_kl:
        return -guarded_exp(-v);
      case Name::squared_hellinger:
        return 1 - guarded_exp(-v);
      case Name::total_variation:
        return 0.5 * at::tanh(v);
      case Name::js:
        return kLog2 - at::softplus(-v);
    }
    return {};
  }

  // f*(g(v)), [B] -> [B].
  Tensor conjugate(const Tensor& v) const {
    switch (divergence) {
      case Name::kl:  // exp(t - 1)
        return guarded_exp(v - 1);
      case Name::reverse_kl:  // -1 - log(-t)
        return v - 1;
      case Name::pearson:  // t^2 / 4 + t
        return 0.25 * v.square() + v;
      case Name::squared_hellinger:  // t / (1 - t)
        return guarded_exp(v) - 1;
      case Name::total_variation:  // t
        return activation(v);
      case Name::js:  // -log(2 - exp(t)), and exp(t) = 2 sigmoid(v)
        return at::softplus(v) - kLog2;
    }
    return {};
  }
};

}  // namespace

MONGE_PLUGIN(FDivergence)
