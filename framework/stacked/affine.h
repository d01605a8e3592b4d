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
#include "train/stages.h"

namespace monge::stacked {

/// What activation made `output`: a signal that goes through it backwards is multiplied by its derivative.
struct Through {
  Tensor output;  // undefined: nothing
  kernels::Activation activation;
};

class Affine {
 public:
  /// weight [K, ...] and bias [K, ...] (undefined: none) as train::Parameter has them; `x` is an input as the
  /// products below are going to be given: of a linear layer rows [K, R, in], or images that stand for them.
  Affine(const train::Stage& stage, const Tensor& weight, const Tensor& bias, const Tensor& x);

  Tensor apply(const Tensor& x, kernels::Activation activation) const;    // -> [K, R, out...]
  Tensor linear(const Tensor& x, const Through& through) const;           // the same without bias
  Tensor transposed(const Tensor& signal, const Through& through) const;  // [K, R, out...] -> [K, R, in...]
  /// Adds the sum over samples of signal x input to `gradient`, shaped as the weight; with `fresh` it becomes
  /// that.
  void add_products(const Tensor& signal, const Tensor& x, const Tensor& gradient, bool fresh) const;
  /// The same of two sums, in one product where that is possible.
  struct Term {
    Tensor signal, x;
  };
  void add_products(const Term& one, const Term& other, const Tensor& gradient, bool fresh) const;
  /// The same of the sum of `signal` over samples and pixels, and of a gradient shaped as the bias.
  void add_sum(const Tensor& signal, const Tensor& gradient, bool fresh) const;

 private:
  Tensor by_rows(const Tensor& parameter) const;
  Tensor forward(const Tensor& x, const kernels::Finish& finish) const;
  Tensor backward(const Tensor& signal, const kernels::Finish& finish) const;
  Tensor gathered(const Tensor& big, const kernels::Finish& finish) const;
  Tensor spread(const Tensor& small, const kernels::Finish& finish) const;
  std::optional<kernels::Operands> fused(const Tensor& signal, const Tensor& x) const;
  Tensor products(const Tensor& signal, const Tensor& x) const;

  Layer::Kind kind_;
  Shape in_, out_;          // of a sample
  kernels::Window window_;  // of a convolution
  Tensor weight_;           // [K, out or small side, in or patch of the big side], pixels last
  Tensor bias_;             // [K, out], likewise
  mutable Tensor by_class_;
};

}  // namespace monge::stacked
