// A PNG file's pixels, by libpng's simplified interface: any depth, palette or gamma becomes 8-bit sRGB.
#pragma once

#include <monge/error.h>
#include <monge/tensor.h>
#include <png.h>

#include <string>
#include <string_view>

#include "jpeg_file.h"

namespace monge::plugins {

/// [H, W, 3]; what is transparent becomes white.
class Png {
 public:
  static Tensor decode(std::string_view file) { return Png().read(file); }

  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
  ~Png() { png_image_free(&picture_); }

 private:
  Png() { picture_.version = PNG_IMAGE_VERSION; }

  Tensor read(std::string_view file) {
    if (png_image_begin_read_from_memory(&picture_, file.data(), file.size()) == 0) refuse();
    if (std::uint64_t{picture_.width} * picture_.height > kMostPixels) {
      throw Error(Exit::storage, too_many_pixels(picture_.width, picture_.height));
    }
    picture_.format = PNG_FORMAT_RGB;
    picture_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    auto pixels = at::empty({picture_.height, picture_.width, 3}, at::kByte);
    const png_color white = {255, 255, 255};
    if (png_image_finish_read(&picture_, &white, pixels.data_ptr<std::uint8_t>(), 0, nullptr) == 0) refuse();
    return pixels;
  }

  [[noreturn]] void refuse() const {
    throw Error(Exit::storage, std::string("is a damaged PNG: ") + picture_.message);
  }

  png_image picture_{};
};

}  // namespace monge::plugins
