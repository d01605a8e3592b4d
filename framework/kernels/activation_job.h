// Activations of K runs' layers and their derivatives, with what is done to the same numbers anyway: the bias
// before.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/batches_job.h"
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
  const T* x;     // [K, rows, width]
  T* out;         // the same numbers, as they `lie`; x itself, too
  const T* bias;  // [K, width], one run's beginning `bias_stride` after another's; null: none
  std::int64_t bias_stride;
  Activation activation;
  std::uint32_t items, width;  // of a run; numbers
  Batches lie;

  auto of_run(std::uint32_t run) const {
    const auto begin = static_cast<std::int64_t>(run) * items;
    const auto add = bias == nullptr ? nullptr : bias + run * bias_stride;
    return [all = *this, run, begin, add](std::uint32_t i) {
      const auto to = all.lie.place(run, i);
      all.lie.by_fours ? all.template make<4>(add, begin + i, to, i)
                       : all.template make<1>(add, begin + i, to, i);
    };
  }

 private:
  template <int N>
  void make(const T* add, std::int64_t from, std::int64_t to, std::uint32_t i) const {
    auto numbers = Numbers<T, N>::at(x + N * from);
    for (int j = 0; j < N; ++j) {
      T& number = numbers.v[j];
      number = activation.of(add == nullptr ? number : number + add[(N * i + j) % width]);
    }
    Numbers<T, N>::at(out + N * to) = numbers;
  }
};

template <class T>
struct Deactivate {
  T* signal;  // [K, ...], multiplied by the derivative
  const T* activated;
  Activation activation;
  std::uint32_t items;  // of a run
  bool by_fours;

  auto of_run(std::uint32_t run) const {
    const auto begin = static_cast<std::int64_t>(run) * items;
    return [all = *this, begin](std::uint32_t i) {
      all.by_fours ? all.template make<4>(begin + i) : all.template make<1>(begin + i);
    };
  }

 private:
  template <int N>
  void make(std::int64_t i) const {
    const auto y = Numbers<T, N>::at(activated + N * i);
    auto numbers = Numbers<T, N>::at(signal + N * i);
    for (int j = 0; j < N; ++j) numbers.v[j] *= activation.derivative(y.v[j]);
    Numbers<T, N>::at(signal + N * i) = numbers;
  }
};

}  // namespace monge::kernels
