// Its describe throws.
#include <stdexcept>

#include "plain_loss.h"

namespace {

struct ThrowsInDescribe final : monge::bad::PlainLoss {
  static void describe(monge::Describe<ThrowsInDescribe>&) {
    throw std::runtime_error("thrown in describe on purpose");
  }
};

}  // namespace

MONGE_PLUGIN(ThrowsInDescribe)
