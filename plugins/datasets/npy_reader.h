// One array in numpy's format (numpy.lib.format): \x93NUMPY, version, length of the header, the header as a
// Python dictionary, the values.
#pragma once

#include <monge/error.h>
#include <monge/tensor.h>

#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>

namespace monge::plugins {

class NpyReader {
 public:
  /// uint8, int32, int64 or float32, with its shape. Throws Error(Exit::storage).
  static Tensor read(const std::filesystem::path& path) { return NpyReader(path).read_all(); }

 private:
  explicit NpyReader(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
    if (!file_) refuse("cannot be opened");
    length_ = std::filesystem::file_size(path);
  }

  Tensor read_all() {
    const std::string header = read_header();
    const auto type = type_of(header);
    if (value_of(header, "fortran_order").starts_with("True")) {
      refuse("is in Fortran order; save numpy.ascontiguousarray(x)");
    }
    const Shape sizes = shape_of(value_of(header, "shape"));
    const auto left = length_ - static_cast<std::uint64_t>(file_.tellg());
    std::uint64_t total = at::elementSize(type);
    for (const auto size : sizes) {
      // In every turn, so that the product cannot overflow.
      if (size != 0 && total > left / static_cast<std::uint64_t>(size)) refuse("is cut short: copy it again");
      total *= static_cast<std::uint64_t>(size);
    }
    if (total != left) refuse("is longer than its header says");
    auto values = at::empty(sizes, type);
    if (!file_.read(static_cast<char*>(values.data_ptr()), static_cast<std::streamsize>(total))) {
      refuse("cannot be read to its end");
    }
    return values;
  }

  std::string read_header() {
    std::array<char, 8> start{};
    file_.read(start.data(), start.size());
    if (!file_ || std::string(start.data(), 6) != "\x93NUMPY") {
      refuse(
          "is no array of numpy: it must begin with \\x93NUMPY (an .npz is a zip of several; save one with "
          "numpy.save)");
    }
    std::array<unsigned char, 4> word{};
    const std::streamsize width = start[6] == 1 ? 2 : 4;
    file_.read(reinterpret_cast<char*>(word.data()), width);
    const std::size_t length = word[0] | word[1] << 8 | word[2] << 16 | std::size_t{word[3]} << 24;
    if (!file_ || length > length_) refuse("is cut short: copy it again");
    std::string header(length, '\0');
    if (!file_.read(header.data(), static_cast<std::streamsize>(length)))
      refuse("is cut short: copy it again");
    return header;
  }

  /// What follows 'key': in the header.
  std::string value_of(const std::string& header, const std::string& key) const {
    auto at = header.find("'" + key + "':");
    if (at == std::string::npos) refuse("has a damaged header: it lacks '" + key + "'");
    at = header.find_first_not_of(' ', at + key.size() + 3);
    return at == std::string::npos ? "" : header.substr(at);
  }

  at::ScalarType type_of(const std::string& header) const {
    const std::string text = value_of(header, "descr");
    const auto end = text.find('\'', 1);
    const std::string name =
        text.starts_with('\'') && end != std::string::npos ? text.substr(1, end - 1) : text;
    if (name == "|u1") return at::kByte;
    if (name == "<f4") return at::kFloat;
    if (name == "<i4") return at::kInt;
    if (name == "<i8") return at::kLong;
    refuse("has values of type " + name.substr(0, 40) +
           "; samples are uint8 or float32, labels uint8, int32 or int64: save x.astype(\"float32\")");
  }

  Shape shape_of(const std::string& text) const {
    Shape sizes;
    if (!text.starts_with('(')) refuse("has a damaged header: its shape is no tuple");
    for (std::size_t i = 1; i < text.size() && text[i] != ')';) {
      if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) {
        if (text[i] != ',' && text[i] != ' ') refuse("has a damaged header: its shape is no tuple of sizes");
        ++i;
        continue;
      }
      std::int64_t size = 0;
      for (; i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0; ++i) {
        size = size * 10 + (text[i] - '0');
        if (static_cast<std::uint64_t>(size) > length_) refuse("is cut short: copy it again");
      }
      sizes.push_back(size);
    }
    return sizes;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Exit::storage, path_.string() + " " + why);
  }

  std::filesystem::path path_;
  std::ifstream file_;
  std::uint64_t length_ = 0;
};

}  // namespace monge::plugins
