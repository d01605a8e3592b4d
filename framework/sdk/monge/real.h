// A real parameter. The host may make it a 0-dim tensor, one value a run of a pack, so a plugin only ever
// computes with it and never reads it: `weight * penalty`, `clamp(w, -bound, bound)`, `(1 - decay) * mean`.
// There is no `if (weight > 0)`: a pack's runs would have to part ways.
#pragma once

#include <monge/tensor.h>

#include <functional>
#include <stdexcept>
#include <utility>

namespace monge {

class Real {
 public:
  Real(double value = 0) : value_(value) {}  // NOLINT: `Real margin = 1.0` is what an author writes
  explicit Real(Tensor tensor) : tensor_(std::move(tensor)) {}

  /// The initialiser's value, for describe only: in a pack it is one value a run, and there is no such
  /// number.
  double initial() const {
    if (is_tensor()) throw std::logic_error("Real::initial() is for describe, not for a run");
    return value_;
  }

  friend Tensor operator+(const Real& a, const Tensor& b) { return b + a; }
  friend Tensor operator+(const Tensor& a, const Real& b) {
    return b.is_tensor() ? a + b.tensor_ : a + b.value_;
  }
  friend Tensor operator-(const Real& a, const Tensor& b) {
    return a.is_tensor() ? a.tensor_ - b : a.value_ - b;
  }
  friend Tensor operator-(const Tensor& a, const Real& b) {
    return b.is_tensor() ? a - b.tensor_ : a - b.value_;
  }
  friend Tensor operator*(const Real& a, const Tensor& b) { return b * a; }
  friend Tensor operator*(const Tensor& a, const Real& b) {
    return b.is_tensor() ? a * b.tensor_ : a * b.value_;
  }
  friend Tensor operator/(const Real& a, const Tensor& b) {
    return a.is_tensor() ? a.tensor_ / b : a.value_ / b;
  }
  friend Tensor operator/(const Tensor& a, const Real& b) {
    return b.is_tensor() ? a / b.tensor_ : a / b.value_;
  }
  friend Tensor pow(const Tensor& a, const Real& b) {
    return b.is_tensor() ? at::pow(a, b.tensor_) : at::pow(a, b.value_);
  }
  /// Elementwise, lower <= x <= upper.
  friend Tensor clamp(const Tensor& x, const Real& lower, const Real& upper) {
    if (!lower.is_tensor() && !upper.is_tensor()) return at::clamp(x, lower.value_, upper.value_);
    return at::minimum(at::maximum(x, lower.as_tensor(x)), upper.as_tensor(x));
  }

  // Among each other, and with numbers: `1 - decay`.
  friend Real operator-(const Real& a) { return 0 - a; }
  friend Real operator+(const Real& a, const Real& b) { return combined(a, b, std::plus<>()); }
  friend Real operator-(const Real& a, const Real& b) { return combined(a, b, std::minus<>()); }
  friend Real operator*(const Real& a, const Real& b) { return combined(a, b, std::multiplies<>()); }
  friend Real operator/(const Real& a, const Real& b) { return combined(a, b, std::divides<>()); }

 private:
  template <class Operation>
  static Real combined(const Real& a, const Real& b, Operation operation) {
    if (a.is_tensor() && b.is_tensor()) return Real(operation(a.tensor_, b.tensor_));
    if (a.is_tensor()) return Real(operation(a.tensor_, b.value_));
    if (b.is_tensor()) return Real(operation(a.value_, b.tensor_));
    return Real(operation(a.value_, b.value_));
  }
  bool is_tensor() const { return tensor_.defined(); }
  Tensor as_tensor(const Tensor& like) const {
    return is_tensor() ? tensor_ : at::scalar_tensor(value_, like.options());
  }

  double value_ = 0;
  Tensor tensor_;
};

}  // namespace monge
