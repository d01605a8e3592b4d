// Throws whatever it is asked
#include <stdexcept>

#include "plain_loss.h"

namespace {

struct AlwaysThrows final : monge::bad::PlainLoss {
  static void describe(monge::Describe<AlwaysThrows>& d) {
    d.doc("Throws whatever it is asked");
    d.paper("None: a defect made on purpose");
  }
  Tensor critic(const Scores&) const override { throw std::runtime_error("thrown on purpose"); }
};

}  // namespace

MONGE_PLUGIN(AlwaysThrows)
