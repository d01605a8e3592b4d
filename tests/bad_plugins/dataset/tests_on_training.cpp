// Its held-out samples are training samples
#include "plain_dataset.h"

namespace {

struct TestsOnTraining final : monge::bad::PlainDataset {
  static void describe(monge::Describe<TestsOnTraining>& d) {
    d.doc("Its held-out samples are training samples");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    Samples samples = PlainDataset::load(source);
    samples.test = samples.train.slice(0, 0, 200).clone();
    samples.test_label = samples.train_label.slice(0, 0, 200).clone();
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(TestsOnTraining)
