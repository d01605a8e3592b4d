// A weight map whose gradient passes by the map
#include "plain_penalty.h"

namespace {

struct StraightThrough final : monge::Enforcer {
  static void describe(monge::Describe<StraightThrough>& d) {
    d.doc("A weight map whose gradient passes by the map");
    d.paper("None: a defect made on purpose");
  }
  Tensor weight(const Tensor& w, const Role&, State&) const override { return w + (w.sin() - w).detach(); }
};

}  // namespace

MONGE_PLUGIN(StraightThrough)
