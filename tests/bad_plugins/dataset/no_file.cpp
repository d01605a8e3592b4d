// Wants a file that nobody has
#include <monge/dataset.h>

namespace {

struct NoFile final : monge::Dataset {
  static void describe(monge::Describe<NoFile>& d) {
    d.doc("Wants a file that nobody has");
    d.paper("None: a defect made on purpose");
  }
  Samples load(const Source& source) const override {
    source.find("", {"a_file_that_nobody_has.bin"});
    return {};
  }
};

}  // namespace

MONGE_PLUGIN(NoFile)
