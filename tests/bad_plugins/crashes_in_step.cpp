// Dies of SIGSEGV while it trains.
#include "crash.h"
#include "nth_call.h"

namespace {

struct CrashesInStep final : monge::bad::NthCall<CrashesInStep> {
  void fail() const { monge::bad::crash(); }
};

}  // namespace

MONGE_PLUGIN(CrashesInStep)
