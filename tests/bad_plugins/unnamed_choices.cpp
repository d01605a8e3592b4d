// An enumeration among its parameters whose values it gave no names.
#include "plain_loss.h"

namespace {

struct UnnamedChoices final : monge::bad::PlainLoss {
  enum class Side { left, right };
  Side side = Side::left;

  static void describe(monge::Describe<UnnamedChoices>& d) {
    d.doc("A choice between nothing");
    d.param("side", &UnnamedChoices::side, "left or right, if one could say so");
  }
};

}  // namespace

MONGE_PLUGIN(UnnamedChoices)
