// No defect: takes its time to load
#include <unistd.h>

#include "plain_dataset.h"

namespace {

struct LoadsSlowly final : monge::bad::PlainDataset {
  std::int64_t seconds = 0;

  static void describe(monge::Describe<LoadsSlowly>& d) {
    d.doc("Takes its time to load, as a large folder of images does");
    d.paper("None: made for a test");
    d.param("seconds", &LoadsSlowly::seconds, "how long it takes").range(0, 3600).unit("s");
  }
  Samples load(const Source& source) const override {
    sleep(static_cast<unsigned>(seconds));
    return PlainDataset::load(source);
  }
};

}  // namespace

MONGE_PLUGIN(LoadsSlowly)
