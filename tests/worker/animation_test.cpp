#include "worker/animation.h"

#include <doctest/doctest.h>
#include <gif_lib.h>

#include <cstring>

#include "measure/surface.h"

using namespace monge;

namespace {

struct Reader {
  std::string content;
  std::size_t place = 0;
  GifFileType* file = nullptr;

  explicit Reader(std::string gif) : content(std::move(gif)) {
    int fault = 0;
    file = DGifOpen(this, &read, &fault);
    REQUIRE(file != nullptr);
    REQUIRE(DGifSlurp(file) == GIF_OK);
  }
  ~Reader() { DGifCloseFile(file, nullptr); }
  static int read(GifFileType* file, GifByteType* to, int count) {
    auto& reader = *static_cast<Reader*>(file->UserData);
    const auto size = std::min(static_cast<std::size_t>(count), reader.content.size() - reader.place);
    std::memcpy(to, &reader.content[reader.place], size);
    reader.place += size;
    return static_cast<int>(size);
  }
};

measure::Evaluation image(std::uint8_t level) {
  measure::Evaluation evaluation;
  evaluation.image_shape = {6, 8, 1};
  evaluation.image.assign(48, level);
  return evaluation;
}

measure::Evaluation points(bool surface) {
  measure::Evaluation evaluation;
  evaluation.points_shape = {2, 2};
  evaluation.points = {0.5F, 0.5F, -0.5F, 0.5F};
  if (!surface) return evaluation;
  evaluation.values["critic_surface"].assign(measure::kSurfaceSide * measure::kSurfaceSide, 1);
  evaluation.values["critic_surface_slope"] = evaluation.values["critic_surface"];
  evaluation.values["critic_surface_reach"] = {2};
  return evaluation;
}

}  // namespace

TEST_CASE("animation: a frame for each evaluation's images, in their order") {
  const Reader reader(worker::animation({image(10), image(200)}, {}));
  REQUIRE(reader.file->ImageCount == 2);
  CHECK(reader.file->SWidth == 8);
  const auto level = [&](int frame) {
    const SavedImage& shown = reader.file->SavedImages[frame];
    return shown.ImageDesc.ColorMap->Colors[shown.RasterBits[0]].Green;
  };
  CHECK(level(0) == 10);
  CHECK(level(1) == 200);
}

TEST_CASE("animation: of more than 64 evaluations the first, the last and those evenly between") {
  std::vector<measure::Evaluation> many;
  for (int i = 0; i < 127; ++i) many.push_back(image(static_cast<std::uint8_t>(i)));
  const Reader reader(worker::animation(many, {}));
  REQUIRE(reader.file->ImageCount == 64);
  CHECK(reader.file->SavedImages[63].RasterBits[0] == 126);
  CHECK(reader.file->SavedImages[1].RasterBits[0] == 2);
}

TEST_CASE("animation: points of the plane, beside the slope where the critic has a surface") {
  const auto real = at::zeros({3, 2});
  CHECK(Reader(worker::animation({points(true)}, real)).file->SWidth == 404);
  CHECK(Reader(worker::animation({points(false)}, real)).file->SWidth == 200);
}

TEST_CASE("animation: nothing of samples that are neither images nor points of the plane") {
  measure::Evaluation line;
  line.points_shape = {2, 1};
  line.points = {1, 2};
  CHECK(worker::animation({line}, at::zeros({3, 1})).empty());
  CHECK(worker::animation({}, at::zeros({3, 2})).empty());
}
