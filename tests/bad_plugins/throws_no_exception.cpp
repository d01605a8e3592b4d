// Its describe throws something that is no std::exception.
#include "plain_loss.h"

namespace {

struct ThrowsNoException final : monge::bad::PlainLoss {
  static void describe(monge::Describe<ThrowsNoException>&) { throw 42; }  // NOLINT: that is its point
};

}  // namespace

MONGE_PLUGIN(ThrowsNoException)
