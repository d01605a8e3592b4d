// Works only for the newest of its objects
#include "plain_loss.h"

namespace {

struct CountsObjects final : monge::bad::PlainLoss {
  static void describe(monge::Describe<CountsObjects>& d) {
    d.doc("Works only for the newest of its objects");
    d.paper("None: a defect made on purpose");
  }
  CountsObjects() : number_(++made()) {}
  Tensor critic(const Scores& s) const override {
    return PlainLoss::critic(s) * static_cast<double>(1 + made() - number_);
  }

 private:
  static int& made() {
    static int count = 0;
    return count;
  }
  int number_;
};

}  // namespace

MONGE_PLUGIN(CountsObjects)
