// Its critic takes real samples for fake ones
#include "plain_loss.h"

namespace {

struct Swapped final : monge::bad::PlainLoss {
  static void describe(monge::Describe<Swapped>& d) {
    d.doc("Its critic takes real samples for fake ones");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores& s) const override { return (s.real - s.fake).mean(); }
};

}  // namespace

MONGE_PLUGIN(Swapped)
