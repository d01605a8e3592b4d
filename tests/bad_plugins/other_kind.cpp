// An enforcer that lies in the folder of losses.
#include <monge/enforcer.h>

namespace {

struct OtherKind final : monge::Enforcer {
  static void describe(monge::Describe<OtherKind>& d) { d.doc("An enforcer among losses"); }
};

}  // namespace

MONGE_PLUGIN(OtherKind)
