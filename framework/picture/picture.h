// Pictures as bytes, and as the contents of image files. Knows neither torch nor HDF5.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace monge::picture {

/// [height, width, channels] bytes, the first row on top; one channel is grey, three are sRGB.
struct Picture {
  std::int64_t height = 0, width = 0, channels = 1;
  std::vector<std::uint8_t> bytes;

  Picture() = default;
  /// All of one grey.
  Picture(std::int64_t height, std::int64_t width, std::int64_t channels, std::uint8_t value = 0);

  std::uint8_t* at(std::int64_t y, std::int64_t x) { return &bytes[(y * width + x) * channels]; }
  const std::uint8_t* at(std::int64_t y, std::int64_t x) const { return &bytes[(y * width + x) * channels]; }
};

/// The content of a PNG file.
std::string png(const Picture& picture);

/// The content of a GIF file that shows `frames`, all of one size, for `seconds` each, again and again, and
/// the last for two seconds more. Grey is kept as it is; colours are reduced to the 256 of each frame that
/// serve it best.
std::string gif(const std::vector<Picture>& frames, double seconds);

}  // namespace monge::picture
