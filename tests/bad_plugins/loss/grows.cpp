// Keeps every score it ever saw
#include <vector>

#include "plain_loss.h"

namespace {

struct Grows final : monge::bad::PlainLoss {
  static void describe(monge::Describe<Grows>& d) {
    d.doc("Keeps every score it ever saw");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override {
    seen_.push_back(s.real.detach().mean());
    return PlainLoss::critic(s);
  }

 private:
  mutable std::vector<Tensor> seen_;
};

}  // namespace

MONGE_PLUGIN(Grows)
