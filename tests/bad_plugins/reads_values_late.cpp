// Reads a score on the host, but only after a while: too late for the check that is made before a run.
#include "plain_loss.h"

namespace {

struct ReadsValuesLate final : monge::bad::PlainLoss {
  static void describe(monge::Describe<ReadsValuesLate>& d) {
    d.doc("Reads a score on the host after 50 calls");
  }
  Tensor critic(const Scores& s) const override {
    if (++calls_ > 50 && s.real.sum().item<double>() > 1e300) return 2 * PlainLoss::critic(s);
    return PlainLoss::critic(s);
  }

 private:
  mutable std::int64_t calls_ = 0;
};

}  // namespace

MONGE_PLUGIN(ReadsValuesLate)
