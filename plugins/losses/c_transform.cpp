// The batch's Kantorovich dual by the c-transform (Mallasto et al. 2019, How well do WGANs estimate the
// Wasserstein metric?; (q,p)-Wasserstein GANs): with scores f of real samples x and c(x, y) = |x - y|,
//
//   f^c(y_j) = min_i c(x_i, y_j) - f(x_i),   W(x, y) >= mean_i f(x_i) + mean_j f^c(y_j).
//
// Admissible by construction, so no enforcer is needed, and the critic's scores of fake samples are not read.
#include <monge/loss.h>

namespace {

struct CTransform final : monge::Loss {
  enum class Form { transform, critic };
  Form form = Form::transform;

  static void describe(monge::Describe<CTransform>& d) {
    d.doc("Wasserstein dual of the batch by the c-transform of the critic's scores of real samples");
    d.paper(
        "Mallasto et al. (2019), How well do WGANs estimate the Wasserstein metric?, arXiv:1910.03875; "
        "(q,p)-Wasserstein GANs, arXiv:1902.03642");
    d.couples_batch();
    d.param("generator", &CTransform::form,
            "what the generator minimises: mean f^c of its samples, or -mean f, the critic's own score")
        .choices({{"transform", Form::transform}, {"critic", Form::critic}});
  }

  Tensor critic(const Scores& s) const override { return -(s.real.mean() + transformed(s).mean()); }
  Tensor generator(const Scores& s) const override {
    return form == Form::transform ? transformed(s).mean() : -s.fake.mean();
  }

 private:
  // f^c of the fake samples [B]. Which pairs attain the minimum is found by a product of matrices, whose
  // rounding mistakes only pairs that are as good, taken around the real samples' mean: far from the origin
  // squares have no digits left for distances. Those are then taken exactly. The root is guarded where both
  // samples are the same.
  static Tensor transformed(const Scores& s) {
    const auto x = s.real_x.flatten(1), y = s.fake_x.flatten(1);
    const auto middle = x.detach().mean(0);
    const auto best =
        (roughly(x.detach() - middle, y.detach() - middle) - s.real.detach().unsqueeze(1)).argmin(0);  // [B]
    const auto chosen = x.gather(0, best.unsqueeze(1).expand_as(x));
    return ((chosen - y).square().sum(1) + 1e-30).sqrt() - s.real.gather(0, best);
  }

  // All distances [B, B].
  static Tensor roughly(const Tensor& x, const Tensor& y) {
    const auto squares = x.square().sum(1).unsqueeze(1) + y.square().sum(1).unsqueeze(0);
    return (squares - 2 * x.matmul(y.t())).clamp_min(0).sqrt();
  }
};

}  // namespace

MONGE_PLUGIN(CTransform)
