// Its describe dies of SIGSEGV.
#include "crash.h"
#include "plain_loss.h"

namespace {

struct CrashesInDescribe final : monge::bad::PlainLoss {
  static void describe(monge::Describe<CrashesInDescribe>&) { monge::bad::crash(); }
};

}  // namespace

MONGE_PLUGIN(CrashesInDescribe)
