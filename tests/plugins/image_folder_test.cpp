// Folders of images: what becomes of the pixels, which are left out, which are held out, and what is kept.
#include <algorithm>
#include <chrono>
#include <thread>

#include "loading.h"
#include "pictures.h"
#include "scratch.h"

namespace image_folder_test {

using monge::Samples;
using monge::Tensor;
using namespace monge::test;

namespace {

/// A folder of images, and a cache of its own.
struct Images {
  Scratch scratch;
  Environment cache{"MONGE_CACHE", (scratch / "cache").string()};

  fs::path root() const { return scratch / "images"; }
  void add(const std::string& name, const std::string& bytes) const { write(root() / name, bytes); }
  void fill(int count, const std::string& bytes) const {
    for (int i = 0; i < count; ++i) add("plain" + std::to_string(i) + ".jpg", bytes);
  }
  Json table(Json more = Json::object()) const {
    more["root"] = root().string();
    return more;
  }
  /// The cache's only file of tensors.
  fs::path kept() const {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(scratch / "cache/datasets")) {
      if (entry.path().extension() != ".tensors") continue;
      REQUIRE(found.empty());
      found = entry.path();
    }
    REQUIRE_FALSE(found.empty());
    return found;
  }
};

/// Of a folder with only this image and its copies, the image.
Tensor only(const std::string& bytes, Json table) {
  const Images images;
  images.fill(20, bytes);
  table["test_share"] = 0.5;
  return load("image_folder", images.table(std::move(table))).train[0];
}

double mean_distance(const Tensor& a, const Tensor& b) {
  return number((a.to(at::kDouble) - b.to(at::kDouble)).abs().mean());
}

// Left half dark, right half light, with a light corner at the top left: no two of its eight positions are
// alike.
Tensor lopsided() {
  auto picture = at::full({32, 32, 3}, 20, at::kByte);
  picture.narrow(1, 16, 16).fill_(220);
  picture.narrow(0, 0, 8).narrow(1, 0, 8).fill_(220);
  return picture;
}

}  // namespace

TEST_CASE("image_folder: JPEG and PNG of any size become [3, size, size] of the same colour") {
  for (const auto& bytes : {jpeg_of(plain(40, 70, {200, 40, 90})), png_of(plain(300, 129, {200, 40, 90})),
                            png_of(plain(5, 3, {200, 40, 90}))}) {
    for (const int size : {28, 32, 64, 37}) {
      const auto image = only(bytes, {{"size", size}});
      CHECK((image.scalar_type() == at::kByte));
      CHECK(image.sizes() == at::IntArrayRef({3, size, size}));
      CHECK(mean_distance(image, at::tensor({200, 40, 90}).view({3, 1, 1})) < 2);
    }
  }
}

TEST_CASE("image_folder: grey is the luma of ITU-R BT.601, from JPEG and PNG, in colour or not") {
  for (const auto& bytes : {jpeg_of(plain(40, 40, {200, 40, 90})), png_of(plain(40, 40, {200, 40, 90})),
                            jpeg_of(plain(40, 40, {94})), png_of(plain(40, 40, {94}), PNG_FORMAT_GRAY)}) {
    const auto image = only(bytes, {{"size", 16}, {"colour", "grey"}});
    CHECK(image.sizes() == at::IntArrayRef({1, 16, 16}));
    CHECK(mean_distance(image, at::tensor({94})) <= 1);  // .299 * 200 + .587 * 40 + .114 * 90 = 93.5
  }
}

TEST_CASE("image_folder: the central square is taken, whichever side is longer") {
  auto wide = at::zeros({30, 90, 3}, at::kByte);
  wide.narrow(1, 30, 30).fill_(255);
  for (const auto& picture : {wide, wide.transpose(0, 1)}) {
    CHECK(number(only(png_of(picture), {{"size", 30}}).to(at::kDouble).min()) == 255);
    CHECK(number(only(png_of(picture), {{"size", 10}}).to(at::kDouble).min()) == 255);
  }
}

TEST_CASE("image_folder: shrinking is antialiased: a checkerboard of pixels becomes its mean") {
  const auto board = ((at::arange(256).view({-1, 1, 1}) + at::arange(256).view({1, -1, 1})) % 2 * 255)
                         .to(at::kByte)
                         .expand({256, 256, 3});
  for (const int size : {32, 50}) {
    const auto image = only(png_of(board), {{"size", size}}).to(at::kDouble);
    CHECK(number((image - 127.5).abs().max()) < 4);
  }
}

TEST_CASE("image_folder: a JPEG that is shrunk while it is decoded looks like the same PNG") {
  const auto ramp = at::linspace(0, 255, 800).to(at::kByte);
  const auto picture = at::stack(
      {ramp.expand({800, 800}), ramp.view({-1, 1}).expand({800, 800}), at::full({800, 800}, 99, at::kByte)},
      2);
  for (const int size : {28, 64, 200}) {
    CHECK(mean_distance(only(jpeg_of(picture), {{"size", size}}), only(png_of(picture), {{"size", size}})) <
          1.5);
  }
}

TEST_CASE("image_folder: an unscaled PNG is kept to the bit; transparent parts are white, 16 bits become 8") {
  const auto picture = (at::arange(20 * 20 * 3) * 37 % 256).to(at::kByte).view({20, 20, 3});
  CHECK(at::equal(only(png_of(picture), {{"size", 20}}), picture.permute({2, 0, 1})));
  const auto glass = plain(20, 20, {10, 20, 30, 0});
  CHECK(number(only(png_of(glass, PNG_FORMAT_RGBA), {{"size", 20}}).to(at::kDouble).min()) == 255);
}

TEST_CASE("image_folder: all eight ways to hold a camera end upright, in both byte orders") {
  const auto seen = lopsided();
  const auto turned = [&](int orientation) -> Tensor {  // as the camera stores what was seen
    switch (orientation) {
      case 2:
        return seen.flip(1);
      case 3:
        return seen.flip({0, 1});
      case 4:
        return seen.flip(0);
      case 5:
        return seen.transpose(0, 1);
      case 6:
        return seen.flip(1).transpose(0, 1);
      case 7:
        return seen.flip({0, 1}).transpose(0, 1);
      case 8:
        return seen.flip(0).transpose(0, 1);
      default:
        return seen;
    }
  };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const auto file =
        held(jpeg_of(turned(orientation)), static_cast<char>(orientation), orientation % 2 == 0);
    CHECK(mean_distance(only(file, {{"size", 32}}), seen.permute({2, 0, 1})) < 4);
  }
  // Nonsense in the segment is no reason to lose the picture.
  CHECK(mean_distance(only(held(jpeg_of(seen), 77), {{"size", 32}}), seen.permute({2, 0, 1})) < 4);
  auto broken = held(jpeg_of(seen), 6);
  broken.replace(20, 8, std::string(8, '\xff'));
  CHECK(mean_distance(only(broken, {{"size", 32}}), seen.permute({2, 0, 1})) < 4);
}

TEST_CASE(
    "image_folder: damaged files and files that are no images are named, with the fault, and left out") {
  const Images images;
  const auto good = jpeg_of((at::rand({60, 60, 3}) * 255).to(at::kByte));
  images.fill(20, good);
  const auto png = png_of((at::rand({60, 60, 3}) * 255).to(at::kByte));
  auto spoilt = png;
  spoilt[png.size() / 2] = static_cast<char>(~spoilt[png.size() / 2]);
  images.add("a/cut.jpg", good.substr(0, good.size() / 2));
  images.add("a/cut_header.jpg", good.substr(0, 30));
  images.add("a/cut.png", png.substr(0, png.size() / 2));
  images.add("a/spoilt.png", spoilt);
  images.add("a/empty.jpg", "");
  images.add("a/text.jpg", "no picture");
  images.add("a/cmyk.jpg", jpeg_of(plain(20, 20, {1, 2, 3, 4})));
  images.add(".hidden", "not looked at");
  images.add(".hidden_folder/x.jpg", "not looked at");
  const Said said;
  const auto samples = load("image_folder", images.table({{"skip_at_most", 0.5}, {"size", 32}}));
  CHECK(samples.train.size(0) + samples.test.size(0) == 20);
  for (const char* line :
       {"a/cut.jpg: left out: it is a damaged JPEG: Premature end of JPEG file",
        "a/cut_header.jpg: left out: it is a damaged JPEG", "a/cut.png: left out: it is a damaged PNG",
        "a/spoilt.png: left out: it is a damaged PNG", "a/empty.jpg: left out: it is empty",
        "a/text.jpg: left out: it is neither JPEG nor PNG",
        "a/cmyk.jpg: left out: it is a JPEG in CMYK; convert it to RGB"}) {
    CHECK_CONTAINS(said.text(), (images.root() / line).string());
  }
  CHECK_FALSE(contains(said.text(), "hidden"));
}

TEST_CASE("image_folder: more damage than skip_at_most allows is an error that lists the first few") {
  const Images images;
  images.fill(93, jpeg_of(plain(8, 8, {1, 2, 3})));
  for (int i = 0; i < 7; ++i) images.add("text" + std::to_string(i), "no picture");
  const Said said;
  const auto text = refusal("image_folder", images.table());
  CHECK_CONTAINS(text, images.root().string() + ": 7 of 100 files are damaged or no images");
  CHECK_CONTAINS(text, "'skip_at_most'");
  CHECK_CONTAINS(text, "text4: left out: it is neither JPEG nor PNG\n  and 2 more");
  CHECK_FALSE(contains(text, "text5"));
  CHECK(contains(refusal("image_folder", images.table({{"skip_at_most", 0.069}})),
                 "7 of 100"));  // from the cache
  CHECK(contains(refusal("image_folder", images.table({{"skip_at_most", 0.07}})), "nothing was refused"));
}

TEST_CASE("image_folder: a flipped bit anywhere in a file is survived") {
  const auto noise = (at::rand({24, 24, 3}) * 255).to(at::kByte);
  const Images images;
  images.fill(40, jpeg_of(noise));
  int count = 0;
  for (const auto& good : {held(jpeg_of(noise, 60), 6), png_of(noise)}) {
    for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 150) {
      auto bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
      images.add("flipped" + std::to_string(count++), bytes);
    }
  }
  const Said said;
  const auto samples = load("image_folder", images.table({{"skip_at_most", 1}, {"size", 16}}));
  CHECK(count > 250);
  CHECK(samples.train.size(0) + samples.test.size(0) >= 40);
}

TEST_CASE("image_folder: subfolders are labels in the order of their names") {
  const Images images;
  for (int i = 0; i < 30; ++i) {
    const auto name = std::to_string(i) + ".png";
    images.add("dog/" + name, png_of(plain(8, 8, {200, 0, 0})));
    images.add("cat/deeper/" + name, png_of(plain(8, 8, {100, 0, 0})));
    images.add("cat+/" + name, png_of(plain(8, 8, {0, 0, 0})));
  }
  const auto samples =
      load("image_folder", images.table({{"labels", "folders"}, {"size", 8}, {"test_share", 0.3}}));
  CHECK(samples.train_label.size(0) == samples.train.size(0));
  // cat, cat+, dog
  const auto red = at::tensor({100, 0, 200}, at::kLong);
  CHECK(at::equal(samples.train.select(1, 0).select(1, 0).select(1, 0).to(at::kLong),
                  red.index_select(0, samples.train_label)));
  CHECK(at::equal(samples.test.select(1, 0).select(1, 0).select(1, 0).to(at::kLong),
                  red.index_select(0, samples.test_label)));
  CHECK_FALSE(load("image_folder", images.table({{"size", 8}})).train_label.defined());
  images.add("alone.png", png_of(plain(8, 8, {0, 0, 0})));
  CHECK_CONTAINS(refusal("image_folder", images.table({{"labels", "folders"}})),
                 "alone.png lies in no subfolder");
}

TEST_CASE("image_folder: the held-out share goes by name, so another image moves none") {
  const Images images;
  for (int i = 0; i < 250; ++i) images.add(std::to_string(i) + ".png", png_of(plain(4, 4, {i, i, i})));
  const auto values = [&](double share) {
    const auto samples = load("image_folder", images.table({{"size", 4}, {"test_share", share}}));
    return std::pair{samples.train.flatten(1).select(1, 0), samples.test.flatten(1).select(1, 0)};
  };
  const auto [train, test] = values(0.2);
  CHECK(train.size(0) + test.size(0) == 250);
  CHECK(std::abs(test.size(0) - 50) < 20);  // three standard deviations of 250 draws
  CHECK(at::cat({train, test}).to(at::kLong).bincount({}, 250).max().item<std::int64_t>() == 1);
  CHECK(at::isin(test, values(0.4).second).all().item<bool>());
  images.add("more.png", png_of(plain(4, 4, {255, 255, 255})));
  const auto [more_train, more_test] = values(0.2);
  CHECK(more_train.size(0) + more_test.size(0) == 251);
  CHECK(at::isin(train, more_train).all().item<bool>());
  CHECK(at::isin(test, more_test).all().item<bool>());
  CHECK_CONTAINS(refusal("image_folder", images.table({{"test_share", 0}})),
                 "251 images to train on and 0 to test");
}

TEST_CASE("image_folder: a folder that is missing, empty, unset or a file is refused, each with its remedy") {
  const Images images;
  const Said said;
  CHECK_CONTAINS(refusal("image_folder", Json::object()), "'root' is not set");
  const auto missing = refusal("image_folder", images.table());
  CHECK_CONTAINS(missing, "there is no folder " + images.root().string());
  fs::create_directories(images.root());
  CHECK_CONTAINS(refusal("image_folder", images.table()), "has no files");
  images.add("x", "x");
  CHECK_CONTAINS(refusal("image_folder", {{"root", (images.root() / "x").string()}}), "there is no folder");
  CHECK_CONTAINS(refusal("image_folder", {{"root", "cats"}}, {"/a", "/b"}), "cats, /a/cats, /b/cats;");
  CHECK_CONTAINS(refusal("image_folder", images.table()), "1 of 1 files are damaged");
  images.fill(20, png_of(plain(8, 8, {1, 2, 3})));
  fs::remove(images.root() / "x");
  CHECK(
      load("image_folder", {{"root", "images"}, {"test_share", 0.5}}, {images.scratch.path()}).train.size(0) >
      0);
}

TEST_CASE("image_folder: the cache gives the same again, is damaged without harm, and follows the folder") {
  const Images images;
  for (int i = 0; i < 40; ++i) images.add(std::to_string(i) + ".png", png_of(plain(9, 9, {i, 2 * i, 3 * i})));
  images.add("text", "no picture");
  const auto table = images.table({{"size", 9}, {"skip_at_most", 0.1}, {"test_share", 0.3}});
  const Said said;
  const auto first = load("image_folder", table);
  const auto same = [&] {
    const auto again = load("image_folder", table);
    return at::equal(again.train, first.train) && at::equal(again.test, first.test);
  };
  const auto written = fs::last_write_time(images.kept());
  CHECK(same());
  CHECK(fs::last_write_time(images.kept()) == written);
  CHECK(said.text() == (images.root() / "text: left out: it is neither JPEG nor PNG\n").string() +
                           (images.root() / "text: left out: it is neither JPEG nor PNG\n").string());

  const auto bytes = read_file(images.kept());
  for (const std::size_t at : {std::size_t{3}, std::size_t{40}, std::size_t{100}, std::size_t{300},
                               bytes.size() / 2, bytes.size() - 1}) {
    CAPTURE(at);
    const Said now;
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write(images.kept(), damaged);
    CHECK(same());
    if (at != 100) CHECK_CONTAINS(now.text(), "is damaged and is made again");
    CHECK(read_file(images.kept()) == bytes);
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{100}, std::size_t{1024}, bytes.size() - 64}) {
    fs::resize_file(images.kept(), length);
    CHECK(same());
    CHECK(read_file(images.kept()) == bytes);
  }

  images.add("7.png", png_of(plain(9, 9, {70, 70, 70})));  // same name, new content
  const auto changed = load("image_folder", table);
  CHECK(at::cat({changed.train, changed.test}).select(1, 0).to(at::kLong).eq(70).any().item<bool>());
  CHECK(images.kept() != fs::path());  // the old one was replaced
}

TEST_CASE("image_folder: without a cache that can be written it is slower, says so, and works") {
  const Images images;
  images.fill(20, png_of(plain(8, 8, {1, 2, 3})));
  const Said said;
  const Environment nowhere("MONGE_CACHE", "/proc/none");
  CHECK(load("image_folder", images.table({{"test_share", 0.5}})).train.size(0) > 0);
  CHECK_CONTAINS(said.text(), "cannot be used as a cache; set MONGE_CACHE");
}

TEST_CASE("image_folder: several that load the same folder at once get the same") {
  const Images images;
  for (int i = 0; i < 120; ++i) {
    images.add(std::to_string(i) + ".jpg", jpeg_of((at::rand({90, 90, 3}) * 255).to(at::kByte)));
  }
  std::vector<Samples> all(4);
  {
    std::vector<std::jthread> loaders;
    loaders.reserve(all.size());
    for (auto& samples : all) loaders.emplace_back([&] { samples = load("image_folder", images.table()); });
  }
  for (const auto& samples : all) CHECK(at::equal(samples.train, all[0].train));
  CHECK(fs::exists(images.kept()));
}

TEST_CASE("image_folder: 6,250 cats load in seconds, again in less than one, and the damaged are named") {
  const auto tar = shared_data() / "cats.tar";
  if (!fs::exists(tar)) {
    MESSAGE("SKIPPED: no " << tar.string());
    return;
  }
  const Images images;
  fs::create_directories(images.root());
  REQUIRE(std::system(("tar -xf '" + tar.string() + "' -C '" + images.root().string() + "'").c_str()) == 0);
  std::string one;
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(images.root())) {
    if (!entry.is_regular_file()) continue;
    if (one.empty()) one = read_file(entry.path());
    ++count;
  }
  REQUIRE(count == 6250);
  images.add("planted.jpg", one.substr(0, one.size() / 2));
  images.add("notes.txt", "no picture");
  const auto timed = [&] {
    const auto start = std::chrono::steady_clock::now();
    const auto samples = load("image_folder", images.table());
    CHECK(samples.train.size(0) + samples.test.size(0) == 6250);
    CHECK(samples.train.sizes().slice(1) == at::IntArrayRef({3, 64, 64}));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const Said said;
  const double first = timed(), second = std::min({timed(), timed(), timed()});
  MESSAGE("6,250 cats at 64x64: " << first << " s, then " << second << " s");
  CHECK(first < 15);
  CHECK(second < 1);
  CHECK_CONTAINS(said.text(), "planted.jpg: left out: it is a damaged JPEG");
  CHECK_CONTAINS(said.text(), "notes.txt: left out: it is neither JPEG nor PNG");
}

}  // namespace image_folder_test
