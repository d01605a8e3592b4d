// MNIST (LeCun et al. 1998): 60,000 + 10,000 handwritten digits, grey, 28x28, from the four IDX files.
#include "idx_files.h"

namespace {

struct Mnist final : monge::Dataset {
  std::string root;
  std::vector<std::int64_t> digits;
  std::int64_t train_samples = 0;

  static void describe(monge::Describe<Mnist>& d) {
    d.doc("MNIST of LeCun et al. (1998): 60,000 handwritten digits, [1, 28, 28], and its own 10,000 as test");
    d.paper(
        "LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition");
    d.param("root", &Mnist::root, monge::plugins::kRootDoc);
    d.param("digits", &Mnist::digits, monge::plugins::kDigitsDoc).range(0, 9);
    d.param("train_samples", &Mnist::train_samples, monge::plugins::kTrainSamplesDoc).range(0, 60000);
  }

  Samples load(const Source& source) const override {
    monge::plugins::IdxFiles files;
    files.root = root;
    files.homes = {"mnist", "MNIST/raw"};
    files.labels_below = 10;
    return monge::plugins::keep_first(load_idx(source, files, digits), train_samples);
  }
};

}  // namespace

MONGE_PLUGIN(Mnist)
