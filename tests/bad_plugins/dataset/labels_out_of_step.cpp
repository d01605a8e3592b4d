// Each label is its neighbour's
#include "plain_dataset.h"

namespace {

struct LabelsOutOfStep final : monge::bad::PlainDataset {
  static void describe(monge::Describe<LabelsOutOfStep>& d) {
    d.doc("Each label is its neighbour's");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    Samples samples = PlainDataset::load(source);
    samples.train_label = samples.train_label.roll(1);
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(LabelsOutOfStep)
