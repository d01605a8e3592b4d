// Its penalty rises with every call
#include "plain_penalty.h"

namespace {

struct CountsSteps final : monge::bad::PlainPenalty {
  static void describe(monge::Describe<CountsSteps>& d) {
    d.doc("Its penalty rises with every call");
    d.paper("None: a defect made on purpose");
  }
  Tensor penalty(const Look& look, State&) const override { return of(norm(look.slope)) * ++calls_; }

 private:
  mutable double calls_ = 0;
};

}  // namespace

MONGE_PLUGIN(CountsSteps)
