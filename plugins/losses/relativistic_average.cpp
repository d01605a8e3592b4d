// Relativistic average losses (Jolicoeur-Martineau 2019): a real sample's score is compared with the mean of
// the fake ones, and a fake sample's with the mean of the real ones. Their sum, as in the paper, not halved.
#include "relativistic_cost.h"

namespace {

struct RelativisticAverage final : monge::Loss {
  Inner inner = Inner::bce;

  static void describe(monge::Describe<RelativisticAverage>& d) {
    d.doc("Relativistic average loss of Jolicoeur-Martineau (2019): RaSGAN, RaHingeGAN, RaLSGAN");
    d.paper(
        "Jolicoeur-Martineau (2019), The relativistic discriminator, "
        "arXiv:1807.00734");
    d.couples_batch();
    d.param("inner", &RelativisticAverage::inner, kInnerDoc).choices(inner_choices());
  }

  Tensor critic(const Scores& s) const override { return cost(s.real, s.fake); }
  Tensor generator(const Scores& s) const override { return cost(s.fake, s.real); }

 private:
  // The cost of `high` not lying above the mean of `low`, and of `low` not lying below the mean of `high`.
  Tensor cost(const Tensor& high, const Tensor& low) const {
    return relativistic_cost(inner, high - low.mean()).mean() +
           relativistic_cost(inner, high.mean() - low).mean();
  }
};

}  // namespace

MONGE_PLUGIN(RelativisticAverage)
