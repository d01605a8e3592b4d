// An affine layer of K runs at once, its transpose and its weight's gradient, as batched products of
// matrices. Rows lie side by side and pixels last, so that bias, activation and sums go along memory; tensors
// are shaped [K, R, C, H, W] all the same. On a GPU most are kernels/product.h's, elsewhere LibTorch's, over
// patches laid out.
#pragma once

#include <monge/tensor.h>

#include <optional>

#include "kernels/activation.h"
#include "kernels/patches.h"
#include "kernels/product.h"
#include "kernels/spread.h"
#include "train/stages.h"

namespace monge::stacked {

/// What activation made `output`: a signal that goes through it backwards is multiplied by its derivative.
struct Through {
  Tensor output;  // undefined: nothing
  kernels::Activation activation;
};

/// With fewer numbers a side LibTorch's products of vectors are faster than a tile that is mostly empty.
constexpr std::int64_t kThin = 8;

class Affine {
 public:
  /// weight [K, ...] and bias [K, ...] (undefined: none) as train::Parameter has them; `x` is an input as the
  /// products below are going to be given: of a linear layer rows [K, R, in], or images that stand for them.
  Affine(const train::Stage& stage, const Tensor& weight, const Tensor& bias, const Tensor& x);

  Tensor apply(const Tensor& x, kernels::Activation activation) const;    // -> [K, R, out...]
  Tensor linear(const Tensor& x, const Through& through) const;           // the same without bias
  Tensor transposed(const Tensor& signal, const Through& through) const;  // [K, R, out...] -> [K, R, in...]
  /// What the gradients of a pass are sums of, over its samples.
  struct Term {
    Tensor signal, x;
  };
  /// Where they go: to `weight`, shaped as the weight, and `bias` (undefined: nowhere), or with `fresh` over
  /// what they are.
  struct Into {
    Tensor weight, bias;
    bool fresh;
    std::optional<kernels::Descending> descending;  // only where it may_descend()
  };
  /// Adds the sum over samples of signal x input to the weight, and of the signal over samples and pixels to
  /// the bias.
  void add_gradient(const Term& term, const Into& into) const;
  /// The same of two to the weight, by one product where that is possible, and of the first to the bias.
  void add_gradients(const Term& one, const Term& other, const Into& into) const;
  /// Whether these may be a step of the weight at once, in place of its gradient.
  bool may_descend(const Term& one, const Tensor& weight) const;
  bool may_descend(const Term& one, const Term& other, const Tensor& weight) const;

 private:
  Tensor by_rows(const Tensor& parameter) const;
  Tensor forward(const Tensor& x, const kernels::Finish& finish) const;
  Tensor backward(const Tensor& signal, const kernels::Finish& finish) const;
  Tensor gathered(const Tensor& big, const kernels::Finish& finish) const;
  Tensor spread(const Tensor& small, const kernels::Finish& finish) const;
  bool is_plain() const;
  std::optional<kernels::Operands> fused(const Term& term) const;
  Tensor products(const Term& term) const;
  template <class Multiply>
  void add_fused(const Into& into, const Multiply& multiply) const;
  void add_thin_gradient(const Term& term, const Into& into) const;
  void add_bias_gradient(const Tensor& signal, const Tensor& bias, bool fresh) const;

  Layer::Kind kind_;
  Shape in_, out_;          // of a sample
  kernels::Window window_;  // of a convolution
  Tensor weight_;           // [K, out or small side, in or patch of the big side], pixels last
  Tensor bias_;             // [K, out], likewise
  mutable Tensor by_class_;
};

}  // namespace monge::stacked
