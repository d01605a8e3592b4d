// Looks at the critic's slope and asks nothing for it
#include <monge/enforcer.h>

namespace {

struct OnlyPoints final : monge::Enforcer {
  static void describe(monge::Describe<OnlyPoints>& d) {
    d.doc("Looks at the critic's slope and asks nothing for it");
    d.paper("None: a defect made on purpose");
  }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x; }
};

}  // namespace

MONGE_PLUGIN(OnlyPoints)
