// The default of its parameter lies outside the range it declares.
#include "plain_loss.h"

namespace {

struct DefaultOutOfRange final : monge::bad::PlainLoss {
  Real margin = 5.0;

  static void describe(monge::Describe<DefaultOutOfRange>& d) {
    d.doc("A default nobody may write");
    d.param("margin", &DefaultOutOfRange::margin, "allowed up to 1, and 5 by default").range(0, 1);
  }
};

}  // namespace

MONGE_PLUGIN(DefaultOutOfRange)
