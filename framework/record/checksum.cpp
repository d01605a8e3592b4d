#include "record/checksum.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "record/group_file.h"

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

// Where HDF5 says that its part of the file ends, of the superblocks that it writes since 1.8; 0: of others.
std::size_t end_of_hdf5(std::string_view superblock) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  constexpr std::size_t version_at = 8, width_at = 9, end_at = 28;
  if (superblock.size() < end_at + 8 || !superblock.starts_with(signature)) return 0;
  if ((superblock[version_at] != 2 && superblock[version_at] != 3) || superblock[width_at] != 8) return 0;
  std::size_t end = 0;
  for (std::size_t i = 8; i-- > 0;) end = end << 8 | static_cast<unsigned char>(superblock[end_at + i]);
  return end;
}

}  // namespace

std::string checksum_line(std::string_view bytes) { return line(add(0, bytes.data(), bytes.size())); }

Wholeness wholeness(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const auto fault = [&] {
    return Error(Exit::storage, path.string() + ": cannot be read: " + std::strerror(errno));
  };
  if (!in) throw fault();
  const auto size = static_cast<std::size_t>(in.tellg());
  if (size < line_length) return Wholeness::unknown;
  std::string begin(std::min<std::size_t>(size, 64), '\0');
  in.seekg(0);
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  std::string end(line_length, '\0');
  in.seekg(static_cast<std::streamoff>(size - line_length));
  in.read(end.data(), static_cast<std::streamsize>(line_length));
  // Another program that changes the file cuts it to its end; one that was written in part does not.
  if (!end.starts_with(line_begin))
    return end_of_hdf5(begin) > 0 && size > end_of_hdf5(begin) ? Wholeness::damaged : Wholeness::unknown;
  in.seekg(0);
  uLong sum = 0;
  std::string block(1 << 18, '\0');
  for (std::size_t left = size - line_length; left > 0 && in;) {
    in.read(block.data(), static_cast<std::streamsize>(std::min(left, block.size())));
    sum = add(sum, block.data(), static_cast<std::size_t>(in.gcount()));
    left -= static_cast<std::size_t>(in.gcount());
  }
  if (!in) throw fault();
  return end == line(sum) ? Wholeness::whole : Wholeness::damaged;
}

}  // namespace monge::record
