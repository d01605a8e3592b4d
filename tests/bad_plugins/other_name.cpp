// A good plugin under another file's name (CMakeLists.txt tells it that it is "renamed").
#include "plain_loss.h"

namespace {

struct OtherName final : monge::bad::PlainLoss {
  static void describe(monge::Describe<OtherName>& d) { d.doc("Copied to another file name"); }
};

}  // namespace

MONGE_PLUGIN(OtherName)
