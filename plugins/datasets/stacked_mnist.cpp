// Stacked MNIST (Srivastava et al. 2017, VEEGAN; Metz et al. 2017): three digits of MNIST as the three
// colours of one picture, which gives 1,000 modes; 128,000 pictures as in VEEGAN and PacGAN (Lin et al.
// 2018).
#include "idx_files.h"

namespace {

struct StackedMnist final : monge::Dataset {
  std::string root;
  std::int64_t samples = 128'000;
  std::int64_t test_samples = 26'000;

  static void describe(monge::Describe<StackedMnist>& d) {
    d.doc(
        "Stacked MNIST: three digits drawn from MNIST as red, green and blue, [3, 28, 28]; the label is the "
        "number that "
        "they make, 0 to 999; test: of MNIST's own test digits");
    d.paper(
        "Srivastava et al. (2017), VEEGAN, sec. 4.2, arXiv:1705.07761; Metz et al. (2017), Unrolled GANs, "
        "sec. 3.3.1, "
        "arXiv:1611.02163");
    d.param("root", &StackedMnist::root, monge::plugins::kRootDoc);
    d.param("samples", &StackedMnist::samples, "pictures to train on, of 2,352 bytes each")
        .range(1, 10'000'000);
    d.param("test_samples", &StackedMnist::test_samples, "pictures held out for evaluation")
        .range(1, 10'000'000);
  }

  Samples load(const Source& source) const override {
    monge::plugins::IdxFiles files;
    files.root = root;
    files.homes = {"mnist", "MNIST/raw"};
    files.labels_below = 10;
    auto digits = load_idx(source, files, {});
    stack(source, samples, digits.train, digits.train_label);
    stack(source, test_samples, digits.test, digits.test_label);
    return digits;
  }

 private:
  /// images [N, 1, H, W] -> [n, 3, H, W], labels [N] -> [n]
  static void stack(const Source& source, std::int64_t n, monge::Tensor& images, monge::Tensor& labels) {
    const auto chosen = source.draw.index({n, 3}, images.size(0)).to(at::kCPU);
    const auto height = images.size(2), width = images.size(3);
    images = images.index_select(0, chosen.flatten()).view({n, 3, height, width});
    labels =
        (labels.index_select(0, chosen.flatten()).view({n, 3}) * at::tensor({100, 10, 1}, at::kLong)).sum(1);
  }
};

}  // namespace

MONGE_PLUGIN(StackedMnist)
