// One image file of any size -> a square of bytes.
#pragma once

#include <monge/error.h>
#include <monge/tensor.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "jpeg_file.h"
#include "png_file.h"

namespace monge::plugins {

inline std::string whole_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(Exit::storage, std::string("cannot be opened: ") + std::strerror(errno));
  std::string bytes;
  in.seekg(0, std::ios::end);
  bytes.resize(static_cast<std::size_t>(std::max<std::streamoff>(0, in.tellg())));
  in.seekg(0);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    throw Error(Exit::storage, "cannot be read to its end");
  }
  return bytes;
}

/// By content, not by name; [H, W, C] with C = 1 when `grey` (ITU-R BT.601 luma, as in JPEG), else 3.
inline Tensor decode(const std::string& bytes, std::int64_t size, bool grey) {
  if (bytes.empty()) throw Error(Exit::storage, "is empty");
  if (bytes.starts_with("\xff\xd8")) return Jpeg(bytes).decode(size, grey);
  if (!bytes.starts_with("\x89PNG\r\n\x1a\n")) throw Error(Exit::storage, "is neither JPEG nor PNG");
  Tensor colour = Png::decode(bytes);
  if (!grey) return colour;
  const Tensor luma = at::tensor({0.299F, 0.587F, 0.114F});
  return (colour.to(at::kFloat) * luma).sum(-1, true).round().to(at::kByte);
}

/// Cuts the central square out of `picture` [H, W, C] and brings it to `out` [C, S, S] with a triangle filter
/// as wide as the reduction, so that fine patterns become their mean and no moire.
inline void fit(const Tensor& picture, const Tensor& out) {
  const auto height = picture.size(0), width = picture.size(1), side = std::min(height, width);
  const auto square =
      picture.narrow(0, (height - side) / 2, side).narrow(1, (width - side) / 2, side).permute({2, 0, 1});
  if (side == out.size(1)) {
    out.copy_(square);
    return;
  }
  const auto image = square.unsqueeze(0).contiguous(at::MemoryFormat::ChannelsLast);
  out.copy_(at::_upsample_bilinear2d_aa(image, out.sizes().slice(1), false, std::nullopt, std::nullopt)[0]);
}

}  // namespace monge::plugins
