// Image files made for tests.
#pragma once

#include <doctest/doctest.h>
#include <jpeglib.h>
#include <monge/tensor.h>
#include <png.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace monge::test {

/// pixels [H, W, 3 or 1] uint8 -> a JPEG file without chroma subsampling.
inline std::string jpeg_of(const Tensor& picture, int quality = 100) {
  const Tensor pixels = picture.contiguous();
  jpeg_compress_struct to{};
  jpeg_error_mgr errors{};
  to.err = jpeg_std_error(&errors);
  jpeg_create_compress(&to);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&to, &bytes, &size);
  to.image_height = static_cast<JDIMENSION>(pixels.size(0));
  to.image_width = static_cast<JDIMENSION>(pixels.size(1));
  to.input_components = static_cast<int>(pixels.size(2));
  to.in_color_space = to.input_components == 4   ? JCS_CMYK
                      : to.input_components == 3 ? JCS_RGB
                                                 : JCS_GRAYSCALE;
  jpeg_set_defaults(&to);
  jpeg_set_quality(&to, quality, TRUE);
  to.comp_info[0].h_samp_factor = to.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&to, TRUE);
  while (to.next_scanline < to.image_height) {
    auto* row = pixels.data_ptr<std::uint8_t>() + to.next_scanline * pixels.stride(0);
    jpeg_write_scanlines(&to, &row, 1);
  }
  jpeg_finish_compress(&to);
  jpeg_destroy_compress(&to);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  std::free(bytes);
  return file;
}

/// pixels [H, W, C] uint8 in one of libpng's formats -> a PNG file.
inline std::string png_of(const Tensor& picture, png_uint_32 format = PNG_FORMAT_RGB) {
  const Tensor pixels = picture.contiguous();
  png_image to{};
  to.version = PNG_IMAGE_VERSION;
  to.height = static_cast<png_uint_32>(pixels.size(0));
  to.width = static_cast<png_uint_32>(pixels.size(1));
  to.format = format;
  std::string file(1 << 20, '\0');
  png_alloc_size_t size = file.size();
  REQUIRE(png_image_write_to_memory(&to, file.data(), &size, 0, pixels.const_data_ptr(), 0, nullptr) != 0);
  file.resize(size);
  return file;
}

/// One colour all over.
inline Tensor plain(std::int64_t height, std::int64_t width, std::vector<int> colour) {
  return at::tensor(colour, at::kByte).expand({height, width, static_cast<std::int64_t>(colour.size())});
}

/// A JPEG with an Exif segment that says how the camera was held.
inline std::string held(const std::string& jpeg, char orientation, bool little = true) {
  std::string tiff = little ? std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18)
                            : std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", 18);
  tiff += little ? std::string{orientation, 0, 0, 0} : std::string{0, orientation, 0, 0};
  const std::string body = std::string("Exif\0\0", 6) + tiff + std::string(4, '\0');
  const auto length = body.size() + 2;
  return jpeg.substr(0, 2) + "\xff\xe1" + static_cast<char>(length >> 8) + static_cast<char>(length & 255) +
         body + jpeg.substr(2);
}

}  // namespace monge::test
