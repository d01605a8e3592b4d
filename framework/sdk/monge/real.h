// A real parameter. In a pack of runs it is a number where they agree and a 0-dim float64 tensor, one value a
// run, where they do not, so a plugin only ever computes with it and never reads it: `weight * penalty`,
// `clamp(w, -bound, bound)`, `(1 - decay) * mean`. There is no `if (weight > 0)`: a pack's runs would have to
// part ways. Both forms give the same bits, for a run's numbers must not depend on its company: Reals among
// each other are float64, and are brought to a tensor's precision where they meet one.
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
    return b.is_tensor() ? a + b.like(a) : a + b.value_;
  }
  friend Tensor operator-(const Real& a, const Tensor& b) { return a + -b; }
  friend Tensor operator-(const Tensor& a, const Real& b) {
    return b.is_tensor() ? a - b.like(a) : a - b.value_;
  }
  friend Tensor operator*(const Real& a, const Tensor& b) { return b * a; }
  friend Tensor operator*(const Tensor& a, const Real& b) {
    return b.is_tensor() ? a * b.like(a) : a * b.value_;
  }
  friend Tensor operator/(const Real& a, const Tensor& b) { return b.reciprocal() * a; }
  // Not a quotient: on a GPU LibTorch takes a number's reciprocal, and a tensor's not.
  friend Tensor operator/(const Tensor& a, const Real& b) { return a * (1 / b); }
  /// LibTorch squares where the exponent is the number 2; others are powers of tensors.
  friend Tensor pow(const Tensor& a, const Real& b) {
    if (!b.is_tensor()) return b.value_ == 2 ? at::pow(a, 2) : at::pow(a, b.like(a));
    const Tensor exponent = b.like(a);
    return at::where(exponent == 2, at::pow(a, 2), at::pow(a, exponent));
  }
  /// Elementwise, lower <= x <= upper.
  friend Tensor clamp(const Tensor& x, const Real& lower, const Real& upper) {
    if (!lower.is_tensor() && !upper.is_tensor()) return at::clamp(x, lower.value_, upper.value_);
    return at::clamp(x, lower.like(x), upper.like(x));
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
  Tensor like(const Tensor& x) const {
    const auto type = at::isFloatingType(x.scalar_type()) ? x.scalar_type() : at::kFloat;
    return is_tensor() ? tensor_.to(type) : at::full({}, value_, x.options().dtype(type));
  }

  double value_ = 0;
  Tensor tensor_;
};

}  // namespace monge
