// Draws its points from a generator of its own
#include "plain_penalty.h"

namespace {

struct OwnPoints final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<OwnPoints>& d) {
    d.doc("Draws its points from a generator of its own");
    d.paper("None: a defect made on purpose");
  }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x + 0 * at::randn_like(s.real_x); }
};

}  // namespace

MONGE_PLUGIN(OwnPoints)
