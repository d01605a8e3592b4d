#include "record/checksum.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "monge/error.h"

namespace monge::record {
namespace {

constexpr std::string_view line_begin = "\nMonge CRC-32 ";
constexpr std::size_t digits = 8, line_length = line_begin.size() + digits + 1;

uLong add(uLong sum, const char* bytes, std::size_t size) {
  return ::crc32_z(sum, reinterpret_cast<const Bytef*>(bytes), size);
}

std::string line(uLong sum) {
  std::array<char, digits + 1> hex{};
  std::snprintf(hex.data(), hex.size(), "%08lx", sum);
  return std::string(line_begin) + hex.data() + "\n";
}

}  // namespace

std::string checksum_line(std::string_view bytes) { return line(add(0, bytes.data(), bytes.size())); }

bool is_damaged(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto fault = [&] {
    return Error(Exit::storage, path.string() + ": cannot be read: " + std::strerror(errno));
  };
  if (!in) throw fault();
  const auto size = static_cast<std::size_t>(in.tellg());
  if (size < line_length) return false;
  std::string end(line_length, '\0');
  in.seekg(static_cast<std::streamoff>(size - line_length));
  in.read(end.data(), static_cast<std::streamsize>(line_length));
  if (!end.starts_with(line_begin)) return false;
  in.seekg(0);
  uLong sum = 0;
  std::string block(1 << 18, '\0');
  for (std::size_t left = size - line_length; left > 0 && in;) {
    in.read(block.data(), static_cast<std::streamsize>(std::min(left, block.size())));
    sum = add(sum, block.data(), static_cast<std::size_t>(in.gcount()));
    left -= static_cast<std::size_t>(in.gcount());
  }
  if (!in) throw fault();
  return end != line(sum);
}

}  // namespace monge::record
