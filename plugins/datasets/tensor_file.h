// Tensors in a file that any number of processes map into their memory at once. It may be damaged at any
// time: then it is as if it were not there.
//
//   monge tensors 1 <SHA-256 of all that follows>     and spaces up to 1024 bytes; in this line also
//   <key> <bytes of notes> <number of tensors> {<u8 or i64> <rank> <sizes...>}
//   notes, then each tensor's bytes, each padded to a multiple of 64
#pragma once

#include <monge/tensor.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "sha256.h"

namespace monge::plugins {

struct Kept {
  std::vector<Tensor> tensors;  // contiguous, uint8 or int64
  std::string notes;
};

class TensorFile {
 public:
  /// `key` says of what the tensors were made, without spaces; a file with another key is not read.
  TensorFile(std::filesystem::path path, std::string key) : path_(std::move(path)), key_(std::move(key)) {}

  enum class State { read, absent, outdated, damaged };

  State read(Kept& kept) const {
    std::error_code none;
    const auto length = std::filesystem::file_size(path_, none);
    if (none) return State::absent;
    if (length < kHeader || length % kAlign != 0) return State::damaged;
    try {
      // Mapped privately: what other processes map is the same memory, and a replaced file stays as it was.
      return parse(at::from_file(path_.string(), false, static_cast<std::int64_t>(length), at::kByte), kept);
    } catch (const std::exception&) {
      return State::damaged;
    }
  }

  /// Written beside and renamed, so that it is never seen in part. Not synced to the disk: a file that a
  /// power failure leaves half-written fails its checksum. Throws std::system_error.
  void write(const Kept& kept) const {
    const std::string facts = facts_of(kept);
    const std::string notes = padded(kept.notes);
    Sha256 sum;
    sum.add(facts).add(notes);
    for (const auto& tensor : kept.tensors) sum.add(bytes_of(tensor)).add(padding(tensor.nbytes()));
    std::string header = std::string(kMagic) + sum.hex() + facts;
    const auto part = std::filesystem::path(path_).concat(".part");
    {
      std::ofstream out(part, std::ios::binary | std::ios::trunc);
      out << header << notes;
      for (const auto& tensor : kept.tensors) {
        const auto bytes = bytes_of(tensor);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out << padding(bytes.size());
      }
      out.close();
      if (!out) {
        const std::error_code fault(errno, std::generic_category());
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        throw std::system_error(fault);
      }
    }
    std::filesystem::rename(part, path_);
  }

 private:
  static constexpr std::size_t kHeader = 1024, kAlign = 64, kDigest = 64;
  static constexpr std::string_view kMagic = "monge tensors 1 ";

  static std::string padding(std::size_t size) { return std::string((kAlign - size % kAlign) % kAlign, ' '); }
  static std::string padded(const std::string& text) { return text + padding(text.size()); }
  static std::string_view bytes_of(const Tensor& tensor) {
    return {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()};
  }

  std::string facts_of(const Kept& kept) const {
    std::ostringstream text;
    text << ' ' << key_ << ' ' << kept.notes.size() << ' ' << kept.tensors.size();
    for (const auto& tensor : kept.tensors) {
      text << (tensor.scalar_type() == at::kByte ? " u8 " : " i64 ") << tensor.dim();
      for (const auto size : tensor.sizes()) text << ' ' << size;
    }
    std::string facts = text.str();
    facts.resize(kHeader - kMagic.size() - kDigest, ' ');
    facts.back() = '\n';
    return facts;
  }

  State parse(const Tensor& file, Kept& kept) const {
    const std::string_view bytes = bytes_of(file);
    if (!bytes.starts_with(kMagic)) return State::damaged;
    const auto rest = bytes.substr(kMagic.size() + kDigest);
    // The key before the sum: a folder that has changed is no damage, and is found out at once.
    if (rest.substr(1, key_.size() + 1) != key_ + " ") return State::outdated;
    if (Sha256().add(rest).hex() != bytes.substr(kMagic.size(), kDigest)) return State::damaged;
    std::istringstream facts(
        std::string(bytes.substr(kMagic.size() + kDigest, kHeader - kMagic.size() - kDigest)));
    std::string word;
    std::size_t notes = 0, count = 0;
    facts >> word >> notes >> count;
    kept.notes = bytes.substr(kHeader, notes);
    auto at = static_cast<std::int64_t>(kHeader + padded(kept.notes).size());
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t rank = 0;
      facts >> word >> rank;
      Shape sizes(rank);
      std::int64_t length = word == "u8" ? 1 : 8;
      for (auto& size : sizes) {
        facts >> size;
        length *= size;
      }
      const auto type = word == "u8" ? at::kByte : at::kLong;
      kept.tensors.push_back(file.narrow(0, at, length).view(type).view(sizes));
      at += length + static_cast<std::int64_t>(padding(static_cast<std::size_t>(length)).size());
    }
    return State::read;
  }

  std::filesystem::path path_;
  std::string key_;
};

}  // namespace monge::plugins
