#include "worker/animation.h"

#include <doctest/doctest.h>

#include "gif_reader.h"
#include "measure/surface.h"

namespace animation_test {

using namespace monge;

namespace {

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
  const gif_test::Reader reader(worker::animation({image(10), image(200)}, {}));
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
  const gif_test::Reader reader(worker::animation(many, {}));
  REQUIRE(reader.file->ImageCount == 64);
  CHECK(reader.file->SavedImages[63].RasterBits[0] == 126);
  CHECK(reader.file->SavedImages[1].RasterBits[0] == 2);
}

TEST_CASE("animation: points of the plane, beside the slope where the critic has a surface") {
  const auto real = at::zeros({3, 2});
  CHECK(gif_test::Reader(worker::animation({points(true)}, real)).file->SWidth == 404);
  CHECK(gif_test::Reader(worker::animation({points(false)}, real)).file->SWidth == 200);
}

TEST_CASE("animation: nothing of samples that are neither images nor points of the plane") {
  measure::Evaluation line;
  line.points_shape = {2, 1};
  line.points = {1, 2};
  CHECK(worker::animation({line}, at::zeros({3, 1})).empty());
  CHECK(worker::animation({}, at::zeros({3, 2})).empty());
}

}  // namespace animation_test
