// Fashion-MNIST (Xiao et al. 2017): 60,000 + 10,000 pictures of clothes, grey, 28x28, from the four IDX
// files.
#include "idx_files.h"

namespace {

struct FashionMnist final : monge::Dataset {
  std::string root;
  std::vector<std::int64_t> digits;
  std::int64_t train_samples = 0;

  static void describe(monge::Describe<FashionMnist>& d) {
    d.doc(
        "Fashion-MNIST of Xiao et al. (2017): 60,000 pictures of clothes, [1, 28, 28], and its own 10,000 as "
        "test; "
        "labels: 0 T-shirt, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 "
        "boot");
    d.paper("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST, arXiv:1708.07747");
    d.param("root", &FashionMnist::root, monge::plugins::kRootDoc);
    d.param("digits", &FashionMnist::digits, monge::plugins::kDigitsDoc).range(0, 9);
    d.param("train_samples", &FashionMnist::train_samples, monge::plugins::kTrainSamplesDoc).range(0, 60000);
  }

  Samples load(const Source& source) const override {
    monge::plugins::IdxFiles files;
    files.root = root;
    files.homes = {"fashion-mnist", "fashion_mnist", "FashionMNIST/raw"};
    files.labels_below = 10;
    return monge::plugins::keep_first(load_idx(source, files, digits), train_samples);
  }
};

}  // namespace

MONGE_PLUGIN(FashionMnist)
