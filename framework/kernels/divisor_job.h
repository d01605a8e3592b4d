// For kernels, which have no fast division.
#pragma once

#include <cstdint>

namespace monge::kernels {

/// Divides what is below 2^31 without a division: by multiplying, rounded up, and shifting.
struct Divisor {
  std::uint32_t value = 1, multiplier = 1U << 31, shift = 0;

  constexpr Divisor() = default;
  friend constexpr bool operator==(const Divisor&, const Divisor&) = default;
  explicit constexpr Divisor(std::uint32_t by) : value(by) {
    while ((std::uint64_t{1} << shift) < by) ++shift;
    multiplier = static_cast<std::uint32_t>(((std::uint64_t{1} << (31 + shift)) + by - 1) / by);
  }
  constexpr std::uint32_t quotient(std::uint32_t n) const {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(n << 1) * multiplier) >> 32) >> shift;
  }
};

}  // namespace monge::kernels
