// Gives a number for each sample
#include "plain_loss.h"

namespace {

struct OneASample final : monge::bad::PlainLoss {
  static void describe(monge::Describe<OneASample>& d) {
    d.doc("Gives a number for each sample");
    d.paper("None: a defect made on purpose");
  }
  Tensor generator(const Scores& s) const override { return -s.fake; }
};

}  // namespace

MONGE_PLUGIN(OneASample)
