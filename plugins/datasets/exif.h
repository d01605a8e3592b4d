// The one thing a camera says that changes a picture's pixels: how it was held (Exif 2.3, tag 0x0112).
#pragma once

#include <monge/tensor.h>

#include <cstddef>
#include <cstdint>

namespace monge::plugins {

/// Reads an APP1 segment's payload; anything missing or out of bounds counts as upright.
class Exif {
 public:
  Exif(const unsigned char* data, std::size_t size) : data_(data), size_(size) {}

  /// 1 to 8; 1 is upright.
  int orientation() {
    constexpr std::size_t kTiff = 6;  // after "Exif\0\0" begins a TIFF file, whose offsets count from there
    constexpr unsigned char kExif[] = {'E', 'x', 'i', 'f', 0, 0};
    if (size_ < kTiff + 8) return 1;
    for (std::size_t i = 0; i < kTiff; ++i) {
      if (data_[i] != kExif[i]) return 1;
    }
    little_ = data_[kTiff] == 'I';
    if (number(kTiff + 2, 2) != 42) return 1;
    const std::size_t directory = kTiff + number(kTiff + 4, 4);
    const std::size_t entries = number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
      const std::size_t entry = directory + 2 + 12 * i;
      if (number(entry, 2) != 0x0112) continue;
      const auto value = number(entry + 8, 2);
      return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
  }

 private:
  std::size_t number(std::size_t at, std::size_t bytes) const {
    if (at > size_ || bytes > size_ - at) return 0;
    std::size_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      value = value << 8 | data_[little_ ? at + bytes - 1 - i : at + i];
    }
    return value;
  }

  const unsigned char* data_;
  std::size_t size_;
  bool little_ = true;
};

/// [H, W, C] as it was stored -> as it was seen.
inline Tensor upright(const Tensor& stored, int orientation) {
  switch (orientation) {
    case 2:
      return stored.flip(1);
    case 3:
      return stored.flip({0, 1});
    case 4:
      return stored.flip(0);
    case 5:
      return stored.transpose(0, 1);
    case 6:
      return stored.transpose(0, 1).flip(1);
    case 7:
      return stored.transpose(0, 1).flip({0, 1});
    case 8:
      return stored.transpose(0, 1).flip(0);
    default:
      return stored;
  }
}

}  // namespace monge::plugins
