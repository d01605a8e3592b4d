// Relativistic pairing losses, RpGAN (Jolicoeur-Martineau 2019): each real sample's score is
// compared with that of the fake sample at its place in the batch.
#include "relativistic_cost.h"

namespace {

struct RelativisticPairing final : monge::Loss {
  Inner inner = Inner::bce;

  static void describe(monge::Describe<RelativisticPairing>& d) {
    d.doc("Relativistic pairing loss of Jolicoeur-Martineau (2019): RSGAN and its kin");
    d.paper("Jolicoeur-Martineau (2019), The relativistic discriminator, arXiv:1807.00734");
    d.param("inner", &RelativisticPairing::inner, kInnerDoc).choices(inner_choices());
  }

  Tensor critic(const Scores& s) const override { return relativistic_cost(inner, s.real - s.fake).mean(); }
  Tensor generator(const Scores& s) const override {
    return relativistic_cost(inner, s.fake - s.real).mean();
  }
};

}  // namespace

MONGE_PLUGIN(RelativisticPairing)
