#include "train/draws.h"

#include <cmath>
#include <numbers>

#include "train/philox.h"

namespace monge::train {
namespace {

std::int64_t product(at::IntArrayRef shape) { return c10::multiply_integers(shape); }

}  // namespace

Draws::Draws(std::uint64_t seed, Purpose purpose, std::uint64_t counter, at::TensorOptions options,
             std::uint32_t stream)
    : seed_(seed),
      counter_(counter),
      purpose_(static_cast<std::uint32_t>(purpose)),
      stream_(stream),
      options_(options) {}

Tensor Draws::words(std::int64_t count) {
  auto out = at::empty({(count + 3) / 4 * 4}, at::kLong);
  auto* word = out.mutable_data_ptr<std::int64_t>();
  const PhiloxKey key{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)};
  const auto low = static_cast<std::uint32_t>(counter_);
  const std::uint32_t high = (purpose_ << 16) | (static_cast<std::uint32_t>(counter_ >> 32) & 0xFFFF);
  for (std::int64_t i = 0; i < out.numel(); i += 4) {
    const PhiloxBlock bits = philox({block_++, low, stream_, high}, key);
    for (int k = 0; k < 4; ++k) word[i + k] = bits[k];
  }
  return out.narrow(0, 0, count);
}

// 24 bits fill a float's mantissa exactly: the same number on every device, in every precision.
Tensor Draws::uniform(at::IntArrayRef shape) {
  const auto bits = words(product(shape)).bitwise_right_shift(8);
  return bits.to(options_.dtype(), false).mul_(0x1p-24).view(shape).to(options_.device());
}

// Box-Muller: u in (0, 1] so that the logarithm is finite.
Tensor Draws::normal(at::IntArrayRef shape) {
  const std::int64_t count = product(shape), half = (count + 1) / 2;
  const auto bits = words(2 * half).bitwise_right_shift(8);
  const auto unit = bits.to(at::kDouble).mul_(0x1p-24).to(options_.dtype());
  const auto radius = unit.narrow(0, 0, half).neg().add_(1).log_().mul_(-2).sqrt_();
  const auto angle = unit.narrow(0, half, half).mul(2 * std::numbers::pi);
  const auto pairs = at::cat({radius * angle.cos(), radius * angle.sin()});
  return pairs.narrow(0, 0, count).view(shape).to(options_.device());
}

// Multiply and shift: the bias is below n / 2^32.
Tensor Draws::index(at::IntArrayRef shape, std::int64_t n) {
  return words(product(shape)).mul_(n).bitwise_right_shift(32).view(shape).to(options_.device());
}

}  // namespace monge::train
