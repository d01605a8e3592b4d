// Throws while it trains.
#include <stdexcept>

#include "nth_call.h"

namespace {

struct ThrowsInStep final : monge::bad::NthCall<ThrowsInStep> {
  void fail() const { throw std::runtime_error("thrown in a step on purpose"); }
};

}  // namespace

MONGE_PLUGIN(ThrowsInStep)
