// CIFAR-10 (Krizhevsky 2009): 50,000 + 10,000 colour pictures, 32x32, from the six files of its binary
// version: records of a byte of label, then 3x32x32 bytes.
#include <monge/dataset.h>

#include <fstream>
#include <tuple>
#include <utility>

#include "labels.h"
#include "root.h"

namespace {

using monge::Error;
using monge::Exit;
using monge::Tensor;

struct Cifar10 final : monge::Dataset {
  static constexpr std::int64_t kSide = 32, kRecord = 1 + 3 * kSide * kSide;
  std::string root;
  std::vector<std::int64_t> classes;

  static void describe(monge::Describe<Cifar10>& d) {
    d.doc(
        "CIFAR-10 of Krizhevsky (2009), binary version: 50,000 colour pictures, [3, 32, 32], and its own "
        "10,000 as "
        "test; labels: 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship, 9 "
        "truck");
    d.paper("Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images");
    d.param("root", &Cifar10::root, monge::plugins::kRootDoc);
    d.param("classes", &Cifar10::classes, monge::plugins::kDigitsDoc).range(0, 9);
  }

  Samples load(const Source& anywhere) const override {
    const auto source = monge::plugins::at_home(anywhere, {"cifar-10-batches-bin", "cifar10", "cifar-10"});
    std::vector<Tensor> images, labels;
    for (int i = 1; i <= 5; ++i) {
      auto [image, label] = read(source, "data_batch_" + std::to_string(i) + ".bin");
      images.push_back(std::move(image));
      labels.push_back(std::move(label));
    }
    Samples samples;
    samples.train = at::cat(images);
    samples.train_label = at::cat(labels);
    std::tie(samples.test, samples.test_label) = read(source, "test_batch.bin");
    monge::plugins::keep_labels("classes", classes, samples.train, samples.train_label);
    monge::plugins::keep_labels("classes", classes, samples.test, samples.test_label);
    return samples;
  }

 private:
  /// images uint8 [N, 3, 32, 32], labels int64 [N]
  std::pair<Tensor, Tensor> read(const Source& source, const std::string& name) const {
    const auto path = source.find(root, {name, "cifar-10-batches-bin/" + name});
    const auto length = static_cast<std::int64_t>(std::filesystem::file_size(path));
    if (length == 0 || length % kRecord != 0) {
      throw Error(Exit::storage, path.string() + " has " + std::to_string(length) +
                                     " bytes, which is no whole number of records of " +
                                     std::to_string(kRecord) +
                                     "; it is cut short or not CIFAR-10's binary version: copy it again");
    }
    auto records = at::empty({length / kRecord, kRecord}, at::kByte);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(records.data_ptr<std::uint8_t>()), length)) {
      throw Error(Exit::storage, path.string() + " cannot be read");
    }
    const auto images = records.narrow(1, 1, kRecord - 1).reshape({-1, 3, kSide, kSide});
    const auto labels = records.select(1, 0).to(at::kLong);
    monge::plugins::check_labels(labels, path.string(), images, path.string(), 10);
    return {images, labels};
  }
};

}  // namespace

MONGE_PLUGIN(Cifar10)
