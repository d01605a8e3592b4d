// A projection that moves what it has projected
#include "plain_penalty.h"

namespace {

struct Shrinks final : monge::Enforcer {
  static void describe(monge::Describe<Shrinks>& d) {
    d.doc("A projection that moves what it has projected");
    d.paper("None: a defect made on purpose");
  }
  Tensor project(const Tensor& w, const Role&) const override { return 0.9 * w; }
};

}  // namespace

MONGE_PLUGIN(Shrinks)
