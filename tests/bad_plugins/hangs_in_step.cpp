// Never comes back from a step: only a timeout ends it.
#include <unistd.h>

#include "nth_call.h"

namespace {

struct HangsInStep final : monge::bad::NthCall<HangsInStep> {
  [[noreturn]] void fail() const {
    while (true) pause();
  }
};

}  // namespace

MONGE_PLUGIN(HangsInStep)
