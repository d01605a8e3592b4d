// Says nothing of where it comes from
#include "plain_loss.h"

namespace {

struct NoPaper final : monge::bad::PlainLoss {
  static void describe(monge::Describe<NoPaper>& d) { d.doc("Says nothing of where it comes from"); }
};

}  // namespace

MONGE_PLUGIN(NoPaper)
