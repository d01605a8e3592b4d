// Looks at one point too few
#include "plain_penalty.h"

namespace {

struct OddPoints final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<OddPoints>& d) {
    d.doc("Looks at one point too few");
    d.paper("None: a defect made on purpose");
  }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x.slice(0, 1); }
};

}  // namespace

MONGE_PLUGIN(OddPoints)
