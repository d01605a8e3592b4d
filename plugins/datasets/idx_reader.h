// One IDX file of bytes (LeCun's MNIST format), plain or gzip: 0 0 8 rank, `rank` big-endian 32-bit sizes,
// the data.
#pragma once

#include <monge/error.h>
#include <monge/tensor.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

namespace monge::plugins {

class IdxReader {
 public:
  /// The file's bytes with its own sizes, uint8. Throws Error(Exit::storage) when it is no such file, has not
  /// between `min_rank` and `max_rank` dimensions, or is shorter or longer than its header says.
  static Tensor read(const std::filesystem::path& path, int min_rank, int max_rank) {
    return IdxReader(path).read_all(min_rank, max_rank);
  }

 private:
  explicit IdxReader(const std::filesystem::path& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (!file_) refuse(std::string("cannot be opened: ") + std::strerror(errno));
  }

  Tensor read_all(int min_rank, int max_rank) {
    std::array<unsigned char, 4> word{};
    take(word.data(), word.size());
    if (word[0] != 0 || word[1] != 0 || word[2] != 8) {
      refuse("is not an IDX file of bytes: it must begin with 00 00 08");
    }
    const int rank = word[3];
    if (rank < min_rank || rank > max_rank) {
      refuse("has " + std::to_string(rank) + " dimensions, expected " + std::to_string(min_rank) +
             (max_rank > min_rank ? " or " + std::to_string(max_rank) : ""));
    }
    Shape sizes;
    std::uint64_t total = 1;
    for (int i = 0; i < rank; ++i) {
      take(word.data(), word.size());
      const auto size = std::uint64_t{word[0]} << 24 | word[1] << 16 | word[2] << 8 | word[3];
      if (size == 0) refuse("is empty: its header has a size of 0");
      // Checked in every turn, so that the product cannot overflow and a damaged header cannot fill the
      // memory.
      total *= size;
      if (total > most_it_can_hold())
        refuse("is cut short or damaged: its header promises more than the file can hold");
      sizes.push_back(static_cast<std::int64_t>(size));
    }
    auto data = at::empty(sizes, at::kByte);
    take(data.data_ptr<std::uint8_t>(), total);
    char beyond = 0;
    const int more = gzread(file_.get(), &beyond, 1);  // also makes zlib compare the checksum
    check_stream();
    if (more != 0) refuse("is longer than its header says");
    return data;
  }

  /// Deflate packs at most 1032 bytes in one.
  std::uint64_t most_it_can_hold() const {
    const std::uint64_t length = std::filesystem::file_size(path_);
    return gzdirect(file_.get()) ? length : length * 1032;
  }

  void take(unsigned char* to, std::uint64_t count) {
    while (count > 0) {
      const int got =
          gzread(file_.get(), to, static_cast<unsigned>(std::min<std::uint64_t>(count, 1U << 24)));
      check_stream();
      if (got == 0)
        refuse("is cut short: it ends " + std::to_string(count) + " bytes too early; copy it again");
      to += got;
      count -= static_cast<std::uint64_t>(got);
    }
  }

  void check_stream() {
    int code = Z_OK;
    const char* text = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) refuse("is cut short: the gzip stream has no end; copy it again");
    if (code != Z_OK && code != Z_STREAM_END) refuse(std::string("is damaged: ") + text);
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Exit::storage, path_.string() + " " + why);
  }

  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

}  // namespace monge::plugins
