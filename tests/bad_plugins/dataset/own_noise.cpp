// Noise from a generator of its own
#include "plain_dataset.h"

namespace {

struct OwnNoise final : monge::bad::PlainDataset {
  static void describe(monge::Describe<OwnNoise>& d) {
    d.doc("Noise from a generator of its own");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    Samples samples = PlainDataset::load(source);
    samples.train += 0.01 * at::randn_like(samples.train);
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(OwnNoise)
