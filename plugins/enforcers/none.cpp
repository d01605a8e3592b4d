// No bound on the critic's slope: the baseline that every enforcer is compared with (Goodfellow et al. 2014,
// alg. 1).
#include <monge/enforcer.h>

namespace {

struct None final : monge::Enforcer {
  static void describe(monge::Describe<None>& d) {
    d.doc("Leaves the critic free: the original GAN of Goodfellow et al. (2014)");
    d.paper("Goodfellow et al. (2014), Generative adversarial networks, alg. 1, arXiv:1406.2661");
  }
};

}  // namespace

MONGE_PLUGIN(None)
