// Calls a function that no library has; linked without -z defs, so that loading it is what fails.
#include "plain_loss.h"

namespace monge::bad {
double function_that_nobody_wrote();
}

namespace {

struct MissingSymbol final : monge::bad::PlainLoss {
  static void describe(monge::Describe<MissingSymbol>& d) { d.doc("Needs what is not there"); }
  Tensor generator(const Scores& s) const override {
    return monge::bad::function_that_nobody_wrote() * s.fake.mean();
  }
};

}  // namespace

MONGE_PLUGIN(MissingSymbol)
