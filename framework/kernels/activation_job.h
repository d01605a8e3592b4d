// Activations of K runs' layers and their derivatives, with what is done to the same numbers anyway: the bias
// before.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/four_job.h"

namespace monge::kernels {

/// What follows an affine layer. `leaky` multiplies by `slope` where a value is not above zero: 0 for a ReLU,
/// 1 for nothing at all.
struct Activation {
  enum Kind { leaky, tanh, sigmoid };
  Kind kind = leaky;
  double slope = 1;

  bool is_nothing() const { return kind == leaky && slope == 1; }

  template <class T>
  T of(T x) const {
    if (kind == tanh) return std::tanh(x);
    if (kind == sigmoid) return 1 / (1 + std::exp(-x));
    return x > 0 ? x : x * static_cast<T>(slope);
  }

  /// d of(x) / dx, as a function of of(x).
  template <class T>
  T derivative(T activated) const {
    if (kind == tanh) return 1 - activated * activated;
    if (kind == sigmoid) return activated * (1 - activated);
    return activated > 0 ? 1 : static_cast<T>(slope);
  }
};

template <class T>
struct Activate {
  T* x;           // [K, rows, width]
  const T* bias;  // [K, width], one run's beginning `bias_stride` after another's; null: none
  std::int64_t bias_stride;
  Activation activation;
  std::uint32_t size, width;  // size: rows x width
  bool by_fours;              // size is a multiple of four, and x lies at one of four numbers

  std::uint32_t items() const { return (size + 3) / 4; }

  auto of_run(std::uint32_t run) const {
    const auto own = x + static_cast<std::int64_t>(run) * size;
    const auto add = bias == nullptr ? nullptr : bias + run * bias_stride;
    return [all = *this, own, add](std::uint32_t i) {
      const auto made = [&](T value, std::uint32_t at) {
        return all.activation.of(add == nullptr ? value : value + add[at % all.width]);
      };
      if (!all.by_fours) {
        for (auto at = 4 * i; at < all.size && at < 4 * i + 4; ++at) own[at] = made(own[at], at);
        return;
      }
      auto four = Four<T>::at(own + 4 * i);
      for (std::uint32_t j = 0; j < 4; ++j) four.v[j] = made(four.v[j], 4 * i + j);
      Four<T>::at(own + 4 * i) = four;
    };
  }
};

template <class T>
struct Deactivate {
  T* signal;  // [K, size], multiplied by the derivative
  const T* activated;
  Activation activation;
  std::uint32_t size;
  bool by_fours;  // as above, of both

  std::uint32_t items() const { return (size + 3) / 4; }

  auto of_run(std::uint32_t run) const {
    const auto begin = static_cast<std::int64_t>(run) * size;
    return [all = *this, own = signal + begin, activated = activated + begin](std::uint32_t i) {
      if (!all.by_fours) {
        for (auto at = 4 * i; at < all.size && at < 4 * i + 4; ++at)
          own[at] *= all.activation.derivative(activated[at]);
        return;
      }
      const auto y = Four<T>::at(activated + 4 * i);
      auto four = Four<T>::at(own + 4 * i);
      for (int j = 0; j < 4; ++j) four.v[j] *= all.activation.derivative(y.v[j]);
      Four<T>::at(own + 4 * i) = four;
    };
  }
};

}  // namespace monge::kernels
