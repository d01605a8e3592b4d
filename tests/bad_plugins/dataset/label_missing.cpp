// One label too few
#include "plain_dataset.h"

namespace {

struct LabelMissing final : monge::bad::PlainDataset {
  static void describe(monge::Describe<LabelMissing>& d) {
    d.doc("One label too few");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    Samples samples = PlainDataset::load(source);
    samples.test_label = samples.test_label.slice(0, 1);
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(LabelMissing)
