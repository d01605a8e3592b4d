// IDX files made for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace monge::test {

/// An IDX file of bytes with these sizes.
inline std::string idx_bytes(const std::vector<std::uint32_t>& sizes, const std::string& data) {
  std::string bytes = {0, 0, 8, static_cast<char>(sizes.size())};
  for (const auto size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift);
  }
  return bytes + data;
}

}  // namespace monge::test
