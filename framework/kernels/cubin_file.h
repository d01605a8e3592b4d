// What NVRTC made, kept for the next process: MONGE_CACHE/kernels, or nowhere where there is no such folder
// to be had. It is some seconds' work.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "kernels/compile.h"

namespace monge::kernels {

class CubinFile {
 public:
  /// `key`: all that the result depends on.
  explicit CubinFile(const std::string& key);

  /// Nothing where there is none, or one of another key or cut off.
  std::optional<Compiled> read() const;
  /// Never throws: a cache that cannot be written is none.
  void write(const Compiled& compiled) const;

 private:
  std::string key_;
  std::filesystem::path path_;  // empty: nowhere
};

}  // namespace monge::kernels
