// Its samples leave the range it names
#include "plain_dataset.h"

namespace {

struct OutOfRange final : monge::bad::PlainDataset {
  static void describe(monge::Describe<OutOfRange>& d) {
    d.doc("Its samples leave the range it names");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    Samples samples = PlainDataset::load(source);
    samples.range = monge::Range::symmetric;
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(OutOfRange)
