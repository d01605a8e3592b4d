// IDX data sets: good files in every spelling, and every way a file can be wrong.
#include <doctest/doctest.h>
#include <zlib.h>

#include <fstream>

#include "idx_bytes.h"
#include "loading.h"
#include "scratch.h"

namespace idx_test {

using monge::Samples;
using namespace monge::test;

namespace {

constexpr const char* kTrainImages = "train-images-idx3-ubyte";
constexpr const char* kTrainLabels = "train-labels-idx1-ubyte";
constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

void write_gzip(const fs::path& path, const std::string& bytes) {
  const gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size()));
  REQUIRE(gzclose(file) == Z_OK);
}

// Five images of 2x3 with labels 7 1 7 0 9 to train on, two with labels 7 3 to test on.
void write_set(const fs::path& folder) {
  write(folder / kTrainImages, idx_bytes({5, 2, 3}, counting(30)));
  write(folder / kTrainLabels, idx_bytes({5}, {7, 1, 7, 0, 9}));
  write(folder / kTestImages, idx_bytes({2, 2, 3}, counting(12)));
  write(folder / kTestLabels, idx_bytes({2}, {7, 3}));
}

Samples load_at(const fs::path& root, Json table = Json::object()) {
  table["root"] = root.string();
  return load("mnist", table);
}

std::string refusal_at(const fs::path& root) { return refusal("mnist", {{"root", root.string()}}); }

}  // namespace

TEST_CASE("idx: plain files give uint8 images [N, 1, H, W] in their order and int64 labels") {
  Scratch folder;
  write_set(folder.path());
  const auto samples = load_at(folder.path());
  CHECK((samples.train.scalar_type() == at::kByte));
  CHECK(at::equal(samples.train, at::arange(30, at::kByte).view({5, 1, 2, 3})));
  CHECK(at::equal(samples.test, at::arange(12, at::kByte).view({2, 1, 2, 3})));
  CHECK(at::equal(samples.train_label, at::tensor({7, 1, 7, 0, 9}, at::kLong)));
  CHECK(at::equal(samples.test_label, at::tensor({7, 3}, at::kLong)));
  CHECK(samples.range == monge::Range::symmetric);
  CHECK_FALSE(samples.modes.defined());
}

TEST_CASE("idx: gzip files and the spelling with a dot give the same") {
  Scratch folder;
  write_set(folder.path());
  write_gzip(folder / "train-images.idx3-ubyte.gz", idx_bytes({5, 2, 3}, counting(30)));
  fs::remove(folder / kTrainImages);
  fs::rename(folder / kTestLabels, folder / "t10k-labels.idx1-ubyte");
  const auto samples = load_at(folder.path());
  CHECK(at::equal(samples.train, at::arange(30, at::kByte).view({5, 1, 2, 3})));
  CHECK(at::equal(samples.test_label, at::tensor({7, 3}, at::kLong)));
}

TEST_CASE("idx: digits keeps the samples of those labels, in their order") {
  Scratch folder;
  write_set(folder.path());
  const auto samples = load_at(folder.path(), {{"digits", {7}}});
  CHECK(at::equal(samples.train_label, at::tensor({7, 7}, at::kLong)));
  CHECK(at::equal(samples.train.flatten(1).select(1, 0), at::tensor({0, 12}, at::kByte)));
  CHECK(samples.test.size(0) == 1);
}

TEST_CASE("idx: digits that no sample has are refused") {
  Scratch folder;
  write_set(folder.path());
  CHECK_CONTAINS(refusal("mnist", {{"root", folder.path().string()}, {"digits", {4}}}),
                 "no sample has any of these");
}

TEST_CASE("idx: a missing file is an error that names file, folder and remedy") {
  Scratch folder;
  const auto text = refusal_at(folder / "nowhere");
  CHECK_CONTAINS(text, kTrainImages);
  CHECK_CONTAINS(text, (folder / "nowhere").string());
  CHECK_CONTAINS(text, ", which is what the parameter 'root' says");
  write_set(folder.path());
  fs::remove(folder / kTestLabels);
  CHECK_CONTAINS(refusal_at(folder.path()), kTestLabels);
}

TEST_CASE("idx: damaged files are refused, each with its fault") {
  Scratch folder;
  write_set(folder.path());
  const auto images = folder / kTrainImages;
  const auto with_images = [&](const std::string& bytes) {
    write(images, bytes);
    const auto text = refusal_at(folder.path());
    CHECK_CONTAINS(text, images.string());
    return text;
  };
  const std::string good = idx_bytes({5, 2, 3}, counting(30));
  CHECK_CONTAINS(with_images(good.substr(0, good.size() - 1)), "cut short");
  CHECK_CONTAINS(with_images(good.substr(0, 9)), "cut short");
  CHECK_CONTAINS(with_images(""), "cut short");
  CHECK_CONTAINS(with_images(good + "x"), "longer than its header says");
  CHECK_CONTAINS(with_images("PNG" + good), "must begin with 00 00 08");
  CHECK_CONTAINS(with_images(std::string("\0\0\x0d\3", 4) + good.substr(4)), "must begin with 00 00 08");
  CHECK_CONTAINS(with_images(idx_bytes({5}, counting(5))), "1 dimensions, expected 3 or 4");
  CHECK_CONTAINS(with_images(idx_bytes({0, 2, 3}, "")), "a size of 0");
  // 2^32 - 1 cubed does not fit in 64 bits: neither an overflow nor an allocation.
  CHECK_CONTAINS(with_images(idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, counting(30))), "promises more");
}

TEST_CASE("idx: damaged gzip files are refused, each with its fault") {
  Scratch folder;
  write_set(folder.path());
  const auto packed = folder / (std::string(kTrainImages) + ".gz");
  fs::remove(folder / kTrainImages);
  std::string data(6000, '\0');
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * i % 251);
  write_gzip(packed, idx_bytes({5, 30, 40}, data));
  const auto length = fs::file_size(packed);
  const auto last_bytes = [&](std::uintmax_t cut, char flip) {
    write_gzip(packed, idx_bytes({5, 30, 40}, data));
    fs::resize_file(packed, length - cut);
    if (flip == 0) return;
    std::fstream file(packed, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(length - 8));  // the checksum
    file.put(flip);
  };
  last_bytes(length / 2, 0);
  CHECK_CONTAINS(refusal_at(folder.path()), "cut short");
  last_bytes(4, 0);
  CHECK_CONTAINS(refusal_at(folder.path()), "cut short");
  last_bytes(0, 1);
  CHECK_CONTAINS(refusal_at(folder.path()), "incorrect data check");
  write_gzip(packed, idx_bytes({0x7FFFFFFF, 28, 28}, data));
  CHECK_CONTAINS(refusal_at(folder.path()), "promises more");
}

TEST_CASE("idx: files that do not belong together are refused") {
  Scratch folder;
  write_set(folder.path());
  write(folder / kTrainLabels, idx_bytes({4}, {7, 1, 7, 0}));
  CHECK_CONTAINS(refusal_at(folder.path()), "has 4 labels for 5 samples");
  write(folder / kTrainLabels, idx_bytes({5}, {7, 1, 7, 0, 10}));
  CHECK_CONTAINS(refusal_at(folder.path()), "has a label 10, allowed are 0 to 9");
  write_set(folder.path());
  write(folder / kTestImages, idx_bytes({2, 3, 2}, counting(12)));
  CHECK_CONTAINS(refusal_at(folder.path()), "differ in size");
}

TEST_CASE("idx: files of one's own need no labels, may have colours and any label of a byte") {
  Scratch folder;
  write(folder / "a", idx_bytes({2, 3, 4, 4}, counting(96)));
  write(folder / "b", idx_bytes({1, 3, 4, 4}, counting(48)));
  write(folder / "a.labels", idx_bytes({2}, {'\xff', 0}));
  Json table = {{"root", folder.path().string()}, {"train_images", "a"}, {"test_images", "b"}};
  CHECK(load("idx", table).train.sizes() == at::IntArrayRef({2, 3, 4, 4}));
  CHECK_FALSE(load("idx", table).train_label.defined());
  table["digits"] = {255};
  CHECK_CONTAINS(refusal("idx", table), "needs labels");
  table.erase("digits");
  table["train_labels"] = "a.labels";
  CHECK(load("idx", table).train_label[0].item<std::int64_t>() == 255);
}

TEST_CASE("idx: without root, MNIST is never taken for Fashion-MNIST, whose files have the same names") {
  Scratch folder;
  write_set(folder / "mnist");
  const std::vector<fs::path> parent = {folder.path()}, itself = {(folder / "mnist").string() + "/"};
  CHECK(load("mnist", {}, parent).train.size(0) == 5);
  CHECK(load("mnist", {}, itself).train.size(0) == 5);
  const auto text = refusal("fashion_mnist", {}, itself);
  CHECK_CONTAINS(text, "mnist/fashion-mnist");
  const auto twice = refusal("fashion_mnist", {}, {folder / "a", folder / "a/fashion-mnist", folder / "a"});
  CHECK(twice.find("a/fashion-mnist") == twice.rfind("a/fashion-mnist"));  // each place is named once
  write_set(folder / "data/fashion-mnist");
  CHECK(load("fashion_mnist", {}, {itself[0], folder / "data"}).train.size(0) == 5);
  CHECK(load("fashion_mnist", {}, {folder / "data/fashion-mnist"}).train.size(0) == 5);
  const std::string nowhere = refusal("mnist", {}, {folder / "data/fashion-mnist"});
  CHECK_CONTAINS(nowhere, "no file");
  CHECK_CONTAINS(nowhere, "; set the parameter 'root' or the environment variable MONGE_DATA");
}

TEST_CASE("idx: the real Fashion-MNIST and MNIST have 60,000 and 10,000 images of their known means") {
  const std::vector<fs::path> folders = {shared_data(), "/usr/share/datasets"};
  for (const auto& [name, place, mean] : {std::tuple{"mnist", folders[0] / "mnist", 0.1307},
                                          {"fashion_mnist", folders[1] / "fashion-mnist", 0.2860}}) {
    if (!fs::exists(place)) {
      MESSAGE("skipped: no " << place.string());
      continue;
    }
    const auto samples = load(name, {}, folders);
    CHECK(samples.train.sizes() == at::IntArrayRef({60000, 1, 28, 28}));
    CHECK(samples.test.sizes() == at::IntArrayRef({10000, 1, 28, 28}));
    CHECK(number(samples.train.to(at::kFloat).mean()) / 255 == doctest::Approx(mean).epsilon(0.001));
    const auto sevens = load(name, {{"digits", {7}}}, folders);
    CHECK(at::equal(sevens.train_label, at::full({sevens.train.size(0)}, 7, at::kLong)));
    CHECK(sevens.train.size(0) == (std::string(name) == "mnist" ? 6265 : 6000));
  }
}

}  // namespace idx_test
