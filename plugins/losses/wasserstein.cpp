// Wasserstein loss (Arjovsky et al. 2017, eq. 2 and 3): the dual of the earth mover's distance between real
// and generated samples, where an enforcer keeps the critic's slope bounded.
#include <monge/loss.h>

namespace {

struct Wasserstein final : monge::Loss {
  static void describe(monge::Describe<Wasserstein>& d) {
    d.doc(
        "Wasserstein loss of Arjovsky et al. (2017); means a distance only with an enforcer that bounds the "
        "slope");
    d.paper("Arjovsky et al. (2017), Wasserstein GAN, eq. 2 and 3, arXiv:1701.07875");
  }

  Tensor critic(const Scores& s) const override { return s.fake.mean() - s.real.mean(); }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

}  // namespace

MONGE_PLUGIN(Wasserstein)
