// An effective weight of another shape
#include "plain_penalty.h"

namespace {

struct Transposes final : monge::Enforcer {
  static void describe(monge::Describe<Transposes>& d) {
    d.doc("An effective weight of another shape");
    d.paper("None: a defect made on purpose");
  }
  Tensor weight(const Tensor& w, const Role&, State&) const override { return w.flatten(); }
};

}  // namespace

MONGE_PLUGIN(Transposes)
