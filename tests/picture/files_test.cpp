#include <doctest/doctest.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "gif_reader.h"
#include "picture/picture.h"

namespace files_test {

using namespace monge::picture;

namespace {

// Height 5, width 7: no two pixels alike.
Picture ramp(std::int64_t channels) {
  Picture picture(5, 7, channels);
  std::iota(picture.bytes.begin(), picture.bytes.end(), std::uint8_t{40});
  return picture;
}

std::vector<std::uint8_t> read_png(const std::string& file, png_uint_32 format) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_memory(&image, file.data(), file.size()) != 0);
  CHECK(image.width == 7);
  CHECK(image.height == 5);
  CHECK(image.format == format);
  std::vector<std::uint8_t> bytes(PNG_IMAGE_SIZE(image));
  REQUIRE(png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr) != 0);
  return bytes;
}

}  // namespace

TEST_CASE("picture: a PNG gives back the bytes, grey and colours") {
  CHECK(read_png(png(ramp(1)), PNG_FORMAT_GRAY) == ramp(1).bytes);
  CHECK(read_png(png(ramp(3)), PNG_FORMAT_RGB) == ramp(3).bytes);
}

TEST_CASE("picture: a GIF keeps frames and grey levels, goes on for ever and rests at its end") {
  Picture later = ramp(1);
  std::reverse(later.bytes.begin(), later.bytes.end());
  const std::string content = gif({ramp(1), later, ramp(1)}, 0.25);
  CHECK(content.find("NETSCAPE2.0") != std::string::npos);
  const gif_test::Reader reader(content);
  REQUIRE(reader.file->ImageCount == 3);
  CHECK(reader.file->SWidth == 7);
  CHECK(reader.file->SHeight == 5);
  CHECK(reader.delay(0) == 25);
  CHECK(reader.delay(2) == 225);
  for (std::size_t i = 0; i < later.bytes.size(); ++i) {
    CHECK(reader.pixel(0, i).Red == ramp(1).bytes[i]);
    CHECK(reader.pixel(1, i).Green == later.bytes[i]);
    CHECK(reader.pixel(2, i).Blue == ramp(1).bytes[i]);
  }
}

TEST_CASE("picture: a GIF's colours are near the picture's") {
  const Picture frame = ramp(3);
  const gif_test::Reader reader(gif({frame}, 0.1));
  for (std::size_t i = 0; i < frame.bytes.size() / 3; ++i) {
    const GifColorType colour = reader.pixel(0, i);
    CHECK(std::abs(colour.Red - frame.bytes[3 * i]) <= 8);  // the library looks at five bits of each
    CHECK(std::abs(colour.Green - frame.bytes[3 * i + 1]) <= 8);
    CHECK(std::abs(colour.Blue - frame.bytes[3 * i + 2]) <= 8);
  }
}

}  // namespace files_test
