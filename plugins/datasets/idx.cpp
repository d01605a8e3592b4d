// Images of one's own in IDX files (LeCun's MNIST format), plain or gzip: [N, H, W] or [N, C, H, W] bytes.
#include "idx_files.h"

namespace {

struct Idx final : monge::Dataset {
  monge::plugins::IdxFiles usual;
  std::string root, train_images = usual.train_images, train_labels, test_images = usual.test_images,
                    test_labels;
  std::vector<std::int64_t> digits;

  static void describe(monge::Describe<Idx>& d) {
    d.doc(
        "Images in IDX files of bytes (the format of MNIST), plain or gzip: [N, H, W] or [N, C, H, W]; test: "
        "files of their own");
    d.paper("LeCun, Cortes & Burges, the MNIST database, file formats: yann.lecun.com/exdb/mnist");
    d.param("root", &Idx::root, monge::plugins::kRootDoc);
    d.param("train_images", &Idx::train_images, "file in root to train on");
    d.param("train_labels", &Idx::train_labels, "file in root with a byte an image; empty: no labels");
    d.param("test_images", &Idx::test_images, "file in root, held out for evaluation");
    d.param("test_labels", &Idx::test_labels, "file in root with a byte an image; empty: no labels");
    d.param("digits", &Idx::digits, monge::plugins::kDigitsDoc).range(0, 255);
  }

  Samples load(const Source& source) const override {
    monge::plugins::IdxFiles files{train_images, train_labels, test_images, test_labels, root, {}, 256};
    return load_idx(source, files, digits);
  }
};

}  // namespace

MONGE_PLUGIN(Idx)
