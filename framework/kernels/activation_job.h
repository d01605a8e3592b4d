// Activations of K runs' layers and their derivatives, with what is done to the same numbers anyway: the bias
// before.
#pragma once

#include <cmath>
#include <cstdint>

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

  auto of_run(std::uint32_t run) const {
    const auto own = x + static_cast<std::int64_t>(run) * size;
    const auto add = bias == nullptr ? nullptr : bias + run * bias_stride;
    return [own, add, activation = activation, width = width](std::uint32_t i) {
      own[i] = activation.of(add == nullptr ? own[i] : own[i] + add[i % width]);
    };
  }
};

template <class T>
struct Deactivate {
  T* signal;  // [K, size], multiplied by the derivative
  const T* activated;
  Activation activation;
  std::uint32_t size;

  auto of_run(std::uint32_t run) const {
    const auto begin = static_cast<std::int64_t>(run) * size;
    return [own = signal + begin, activated = activated + begin, activation = activation](std::uint32_t i) {
      own[i] *= activation.derivative(activated[i]);
    };
  }
};

}  // namespace monge::kernels
