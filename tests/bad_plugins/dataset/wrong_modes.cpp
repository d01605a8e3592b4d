// Its modes are not where its samples are
#include "plain_dataset.h"

namespace {

struct WrongModes final : monge::bad::PlainDataset {
  static void describe(monge::Describe<WrongModes>& d) {
    d.doc("Its modes are not where its samples are");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    Samples samples = PlainDataset::load(source);
    samples.modes = samples.modes + 7;
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(WrongModes)
