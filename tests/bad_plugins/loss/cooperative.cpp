// Its generator lowers its own scores: both players pull the same way
#include "plain_loss.h"

namespace {

struct Cooperative final : monge::bad::PlainLoss {
  static void describe(monge::Describe<Cooperative>& d) {
    d.doc("Its generator lowers its own scores: both players pull the same way");
    d.paper("None: a defect made on purpose");
  }
  Tensor generator(const Scores& s) const override { return s.fake.mean(); }
};

}  // namespace

MONGE_PLUGIN(Cooperative)
