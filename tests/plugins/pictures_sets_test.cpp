// CIFAR-10 and stacked MNIST from made-up files, and every way that the first can be wrong.
#include <cmath>

#include "idx_bytes.h"
#include "loading.h"
#include "scratch.h"

namespace pictures_sets_test {

using monge::Tensor;
using namespace monge::test;

namespace {

// Records of a label and a picture whose red, green and blue are 3 * label, 3 * label + 1, 3 * label + 2.
std::string records(const std::vector<int>& labels) {
  std::string bytes;
  for (const int label : labels) {
    bytes += static_cast<char>(label);
    for (int channel = 0; channel < 3; ++channel)
      bytes += std::string(1024, static_cast<char>(3 * label + channel));
  }
  return bytes;
}

void write_cifar(const fs::path& folder) {
  for (int i = 1; i <= 5; ++i) {
    write(folder / ("data_batch_" + std::to_string(i) + ".bin"), records({i, 9 - i}));
  }
  write(folder / "test_batch.bin", records({0, 3, 8}));
}

// Ten digits to train on and five to test on; each picture is its digit times 20.
void write_digits(const fs::path& folder) {
  std::string images, labels;
  for (int digit = 0; digit < 10; ++digit) {
    images += std::string(784, static_cast<char>(20 * digit));
    labels += static_cast<char>(digit);
  }
  write(folder / "train-images-idx3-ubyte", idx_bytes({10, 28, 28}, images));
  write(folder / "train-labels-idx1-ubyte", idx_bytes({10}, labels));
  write(folder / "t10k-images-idx3-ubyte", idx_bytes({5, 28, 28}, images.substr(0, 5 * 784)));
  write(folder / "t10k-labels-idx1-ubyte", idx_bytes({5}, labels.substr(0, 5)));
}

}  // namespace

TEST_CASE("cifar10: five files in their order, labels, channels first, its own test file") {
  const Scratch folder;
  write_cifar(folder / "cifar-10-batches-bin");
  for (const auto& [table, folders] :
       {std::pair<Json, std::vector<fs::path>>{{{"root", folder.path().string()}}, {}},
        {{{"root", (folder / "cifar-10-batches-bin").string()}}, {}},
        {Json::object(), {folder.path()}}}) {
    const auto samples = load("cifar10", table, folders);
    CHECK(samples.train.sizes() == at::IntArrayRef({10, 3, 32, 32}));
    CHECK((samples.train.scalar_type() == at::kByte));
    CHECK(at::equal(samples.train_label, at::tensor({1, 8, 2, 7, 3, 6, 4, 5, 5, 4}, at::kLong)));
    CHECK(at::equal(samples.test_label, at::tensor({0, 3, 8}, at::kLong)));
    const auto expected = samples.train_label.view({-1, 1}) * 3 + at::arange(3, at::kLong);
    CHECK(at::equal(samples.train.to(at::kLong).amin({2, 3}), expected));
    CHECK(at::equal(samples.train.to(at::kLong).amax({2, 3}), expected));
  }
}

TEST_CASE("cifar10: classes keeps those of the classes, in both splits") {
  const Scratch folder;
  write_cifar(folder.path());
  const auto samples = load("cifar10", {{"root", folder.path().string()}, {"classes", {3, 8}}});
  CHECK(at::equal(samples.train_label, at::tensor({8, 3}, at::kLong)));
  CHECK(at::equal(samples.test_label, at::tensor({3, 8}, at::kLong)));
  CHECK_CONTAINS(refusal("cifar10", {{"root", folder.path().string()}, {"classes", {9}}}),
                 "parameter 'classes': no sample has any of these");
}

TEST_CASE("cifar10: missing, cut and wrong files are refused, each with its fault") {
  const Scratch folder;
  const Json table = {{"root", folder.path().string()}};
  CHECK_CONTAINS(refusal("cifar10", table), "no file 'data_batch_1.bin' in " + folder.path().string());
  write_cifar(folder.path());
  write(folder / "data_batch_3.bin", records({1}).substr(1));
  CHECK_CONTAINS(refusal("cifar10", table),
                 "data_batch_3.bin has 3072 bytes, which is no whole number of records");
  write(folder / "data_batch_3.bin", "");
  CHECK_CONTAINS(refusal("cifar10", table), "data_batch_3.bin has 0 bytes");
  write(folder / "data_batch_3.bin", records({1, 10}));
  CHECK_CONTAINS(refusal("cifar10", table), "data_batch_3.bin has a label 10, allowed are 0 to 9");
  fs::remove(folder / "data_batch_3.bin");
  CHECK_CONTAINS(refusal("cifar10", table), "no file 'data_batch_3.bin'");
}

TEST_CASE("stacked_mnist: three digits are the three colours, and the label is the number they make") {
  const Scratch folder;
  write_digits(folder / "mnist");
  const auto samples = load("stacked_mnist", {{"samples", 5000}, {"test_samples", 300}}, {folder.path()});
  CHECK(samples.train.sizes() == at::IntArrayRef({5000, 3, 28, 28}));
  CHECK(samples.test.sizes() == at::IntArrayRef({300, 3, 28, 28}));
  const auto number_of = [](const Tensor& images) {
    const auto digits = images.select(2, 5).select(2, 5).to(at::kLong).floor_divide(20);  // [n, 3]
    return (digits * at::tensor({100, 10, 1}, at::kLong)).sum(1);
  };
  CHECK(at::equal(number_of(samples.train), samples.train_label));
  CHECK(at::equal(number_of(samples.test), samples.test_label));
  // The test digits are 0 to 4, and every one occurs in every place.
  CHECK(samples.test_label.max().item<std::int64_t>() == 444);
  CHECK(samples.test_label.min().item<std::int64_t>() == 0);
  // 5,000 draws of 1,000 numbers leave 1,000 exp(-5) = 6.7 unseen.
  const auto seen = samples.train_label.bincount({}, 1000).gt(0).sum().item<std::int64_t>();
  CHECK(std::abs(static_cast<double>(seen) - 993.3) < 15);
  CHECK(at::equal(
      load("stacked_mnist", {{"samples", 5000}, {"test_samples", 300}}, {folder.path()}).train_label,
      samples.train_label));
}

TEST_CASE("stacked_mnist: without MNIST it says what is missing") {
  CHECK_CONTAINS(refusal("stacked_mnist", Json::object(), {"/nowhere"}),
                 "no file 'train-images-idx3-ubyte' in");
}

TEST_CASE("stacked_mnist: the real one has 128,000 pictures of all 1,000 modes") {
  if (!fs::exists(shared_data() / "mnist")) {
    MESSAGE("SKIPPED: no " << (shared_data() / "mnist").string());
    return;
  }
  const auto samples = load("stacked_mnist", Json::object(), {shared_data()});
  CHECK(samples.train.sizes() == at::IntArrayRef({128000, 3, 28, 28}));
  CHECK(samples.test.sizes() == at::IntArrayRef({26000, 3, 28, 28}));
  CHECK(samples.train_label.bincount({}, 1000).min().item<std::int64_t>() > 50);
}

}  // namespace pictures_sets_test
