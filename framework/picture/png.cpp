#include <monge/error.h>
#include <png.h>

#include "picture/picture.h"

namespace monge::picture {

Picture::Picture(std::int64_t height_, std::int64_t width_, std::int64_t channels_, std::uint8_t value)
    : height(height_), width(width_), channels(channels_), bytes(height_ * width_ * channels_, value) {}

std::string png(const Picture& picture) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string file(size, '\0');
  if (png_image_write_to_memory(&image, file.data(), &size, 0, picture.bytes.data(), 0, nullptr) == 0) {
    throw Error(Exit::failed, std::string("a picture cannot be made a PNG: ") + image.message);
  }
  file.resize(size);
  return file;
}

}  // namespace monge::picture
