// A JPEG file's pixels, by libjpeg-turbo, which shrinks by 1/2, 1/4 and 1/8 while it decodes.
#pragma once

#include <monge/error.h>

// jpeglib.h needs FILE and size_t first.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "exif.h"

namespace monge::plugins {

/// Pictures of more pixels are refused: they would fill the memory before anything is shrunk.
inline constexpr std::uint64_t kMostPixels = 100'000'000;

inline std::string too_many_pixels(std::uint64_t width, std::uint64_t height) {
  return "has " + std::to_string(width) + "x" + std::to_string(height) + " pixels, allowed are " +
         std::to_string(kMostPixels / 1'000'000) + " million";
}

/// libjpeg leaves a fault by longjmp, so the functions that call it (`begin`, `start`, `rows`) have no local
/// object with a destructor, and return false; `fault` then says why.
class Jpeg {
 public:
  explicit Jpeg(std::string_view file) : file_(file) {
    picture_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = leave;
    errors_.base.emit_message = judge;
  }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;
  ~Jpeg() { jpeg_destroy_decompress(&picture_); }

  /// [H, W, C] upright, with C = 1 when `grey`, else 3; shrunk where the short side stays at least twice
  /// `size`, so that the antialiased resize afterwards still decides how it looks.
  Tensor decode(std::int64_t size, bool grey) {
    if (!begin()) refuse();
    const std::uint64_t width = picture_.image_width, height = picture_.image_height;
    if (width * height > kMostPixels) throw Error(Exit::storage, too_many_pixels(width, height));
    if (picture_.jpeg_color_space == JCS_CMYK || picture_.jpeg_color_space == JCS_YCCK) {
      throw Error(Exit::storage, "is a JPEG in CMYK; convert it to RGB");
    }
    picture_.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
    picture_.scale_num = 1;
    picture_.scale_denom = 1;
    const auto enough = static_cast<std::uint64_t>(size) * 2;
    while (picture_.scale_denom < 8 && std::min(width, height) >= enough * picture_.scale_denom * 2) {
      picture_.scale_denom *= 2;
    }
    const int held = orientation();  // libjpeg forgets it at the end
    if (!start()) refuse();
    auto pixels =
        at::empty({picture_.output_height, picture_.output_width, picture_.output_components}, at::kByte);
    if (!rows(pixels.data_ptr<std::uint8_t>())) refuse();
    return upright(pixels, held);
  }

 private:
  struct Errors {
    jpeg_error_mgr base;
    std::jmp_buf back;
    std::array<char, JMSG_LENGTH_MAX> text;
  };

  static Errors& errors_of(j_common_ptr picture) { return *reinterpret_cast<Errors*>(picture->err); }

  [[noreturn]] static void leave(j_common_ptr picture) {
    Errors& errors = errors_of(picture);
    errors.base.format_message(picture, errors.text.data());
    std::longjmp(errors.back, 1);  // NOLINT: libjpeg's way out
  }

  /// Level -1 is libjpeg's "corrupt data, going on with what I have": grey areas nobody asked for. Only
  /// where nothing of the picture is lost it is no fault.
  static void judge(j_common_ptr picture, int level) {
    const int code = picture->err->msg_code;
    const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
    if (level < 0 && !harmless) leave(picture);
  }

  bool begin() {
    if (setjmp(errors_.back) != 0) return false;  // NOLINT
    jpeg_create_decompress(&picture_);
    jpeg_mem_src(&picture_, reinterpret_cast<const unsigned char*>(file_.data()), file_.size());
    jpeg_save_markers(&picture_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&picture_, TRUE);
    return true;
  }
  bool start() {
    if (setjmp(errors_.back) != 0) return false;  // NOLINT
    jpeg_start_decompress(&picture_);
    return true;
  }
  bool rows(unsigned char* to) {
    if (setjmp(errors_.back) != 0) return false;  // NOLINT
    read_rows(to);
    return true;
  }
  void read_rows(unsigned char* to) {
    const std::size_t stride =
        std::size_t{picture_.output_width} * static_cast<std::size_t>(picture_.output_components);
    while (picture_.output_scanline < picture_.output_height) {
      unsigned char* row = to + stride * picture_.output_scanline;
      jpeg_read_scanlines(&picture_, &row, 1);
    }
    jpeg_finish_decompress(&picture_);
  }

  int orientation() const {
    for (const auto* marker = picture_.marker_list; marker != nullptr; marker = marker->next) {
      if (const int found = Exif(marker->data, marker->data_length).orientation(); found != 1) return found;
    }
    return 1;
  }

  [[noreturn]] void refuse() const {
    throw Error(Exit::storage, std::string("is a damaged JPEG: ") + errors_.text.data());
  }

  std::string_view file_;
  Errors errors_{};
  jpeg_decompress_struct picture_{};
};

}  // namespace monge::plugins
