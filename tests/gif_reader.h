// A GIF as its viewers read it.
#pragma once

#include <doctest/doctest.h>
#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace gif_test {

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

  GifColorType pixel(int frame, std::size_t i) const {
    const SavedImage& image = file->SavedImages[frame];
    return image.ImageDesc.ColorMap->Colors[image.RasterBits[i]];
  }
  int delay(int frame) const {  // hundredths of a second
    GraphicsControlBlock control;
    REQUIRE(DGifSavedExtensionToGCB(file, frame, &control) == GIF_OK);
    return control.DelayTime;
  }
};

}  // namespace gif_test
