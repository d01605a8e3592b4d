// Never comes back from scores in single precision
#include <unistd.h>

#include "plain_loss.h"

namespace {

struct HangsInOneCheck final : monge::bad::PlainLoss {
  static void describe(monge::Describe<HangsInOneCheck>& d) {
    d.doc("Never comes back from scores in single precision");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    while (s.real.scalar_type() == at::kFloat) pause();
    return PlainLoss::critic(s);
  }
};

}  // namespace

MONGE_PLUGIN(HangsInOneCheck)
