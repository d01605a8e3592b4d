// A parameter without a word
#include "plain_loss.h"

namespace {

struct NoSentence final : monge::bad::PlainLoss {
  Real margin = 1.0;

  static void describe(monge::Describe<NoSentence>& d) {
    d.doc("A parameter without a word");
    d.paper("None: a defect made on purpose");
    d.param("margin", &NoSentence::margin, "").range(0, 10);
  }
};

}  // namespace

MONGE_PLUGIN(NoSentence)
