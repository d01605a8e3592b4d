#include <gif_lib.h>
#include <monge/error.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "picture/picture.h"

namespace monge::picture {
namespace {

constexpr int kColours = 256;

[[noreturn]] void refuse(int fault) {
  const char* why = GifErrorString(fault);
  throw Error(Exit::failed, std::string("pictures cannot be made a GIF: ") + (why ? why : "unknown reason"));
}

// A frame as indices into its colours.
struct Indexed {
  std::vector<GifByteType> pixels;
  std::vector<GifColorType> colours;
};

Indexed grey(const Picture& frame) {
  Indexed result{frame.bytes, {}};
  for (int i = 0; i < kColours; ++i) {
    const auto level = static_cast<GifByteType>(i);
    result.colours.push_back({level, level, level});
  }
  return result;
}

Indexed coloured(const Picture& frame) {
  const auto count = static_cast<std::size_t>(frame.height * frame.width);
  std::vector<GifByteType> red(count), green(count), blue(count);
  for (std::size_t i = 0; i < count; ++i) {
    red[i] = frame.bytes[3 * i];
    green[i] = frame.bytes[3 * i + 1];
    blue[i] = frame.bytes[3 * i + 2];
  }
  Indexed result{std::vector<GifByteType>(count), std::vector<GifColorType>(kColours)};
  int size = kColours;
  if (GifQuantizeBuffer(static_cast<unsigned>(frame.width), static_cast<unsigned>(frame.height), &size,
                        red.data(), green.data(), blue.data(), result.pixels.data(),
                        result.colours.data()) == GIF_ERROR) {
    refuse(E_GIF_ERR_NOT_ENOUGH_MEM);
  }
  return result;
}

class Writer {
 public:
  Writer(std::int64_t height, std::int64_t width) {
    int fault = 0;
    file_ = EGifOpen(&content_, &append, &fault);
    if (file_ == nullptr) refuse(fault);
    EGifSetGifVersion(file_, /*gif89=*/true);
    put(EGifPutScreenDesc(file_, static_cast<int>(width), static_cast<int>(height), 8, 0, nullptr));
    // Netscape's extension: again and again.
    put(EGifPutExtensionLeader(file_, APPLICATION_EXT_FUNC_CODE));
    put(EGifPutExtensionBlock(file_, 11, "NETSCAPE2.0"));
    put(EGifPutExtensionBlock(file_, 3, "\x01\x00\x00"));
    put(EGifPutExtensionTrailer(file_));
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    if (file_ != nullptr) EGifCloseFile(file_, nullptr);
  }

  void add(const Picture& frame, double seconds) {
    GraphicsControlBlock control = {};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = static_cast<int>(std::lround(100 * seconds));
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    GifByteType block[4];
    put(EGifPutExtension(file_, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(EGifGCBToExtension(&control, block)),
                         block));
    Indexed indexed = frame.channels == 3 ? coloured(frame) : grey(frame);
    const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(
        GifMakeMapObject(kColours, indexed.colours.data()), &GifFreeMapObject);
    const int width = static_cast<int>(frame.width), height = static_cast<int>(frame.height);
    put(EGifPutImageDesc(file_, 0, 0, width, height, false, map.get()));
    for (int y = 0; y < height; ++y)
      put(EGifPutLine(file_, &indexed.pixels[static_cast<std::size_t>(y) * width], width));
  }

  std::string finish() {
    int fault = 0;
    GifFileType* file = std::exchange(file_, nullptr);
    if (EGifCloseFile(file, &fault) == GIF_ERROR) refuse(fault);
    return std::move(content_);
  }

 private:
  static int append(GifFileType* file, const GifByteType* bytes, int count) {
    static_cast<std::string*>(file->UserData)->append(reinterpret_cast<const char*>(bytes), count);  // NOLINT
    return count;
  }
  void put(int result) const {
    if (result == GIF_ERROR) refuse(file_->Error);
  }

  std::string content_;
  GifFileType* file_ = nullptr;
};

}  // namespace

std::string gif(const std::vector<Picture>& frames, double seconds) {
  constexpr double kPause = 2;  // at the end, to look at it
  Writer writer(frames.at(0).height, frames.at(0).width);
  for (std::size_t i = 0; i < frames.size(); ++i)
    writer.add(frames[i], i + 1 == frames.size() ? seconds + kPause : seconds);
  return writer.finish();
}

}  // namespace monge::picture
