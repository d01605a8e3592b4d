// The products that training consists of, each in the way that is fastest for its shapes on a CPU: matrices
// by oneDNN's sgemm, thin ones by matrix-vector products, convolutions between few channels as matrix
// products over their patches. Nothing here is recorded by autograd but for the two convolutions at the end.
#pragma once

#include "train/network.h"

namespace monge::train {

/// A convolution with so few channels on the image's side that LibTorch's takes several times as long as a
/// matrix product over the patches of the image.
bool is_thin(const PlacedLayer& placed);

/// [N, C, H, W] laid out as NHWC, in which oneDNN's convolutions take up to half the time. By permutations,
/// because vmap knows no other layout.
inline Tensor nhwc(const Tensor& image) {
  return image.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

/// An affine layer, its transpose and its weight's gradient. weight: [out, in, ...].
class Affine {
 public:
  Affine(const PlacedLayer& placed, const Tensor& weight, Tensor bias);

  /// x [R, in...] as the products below want it: rows, an image laid out as NHWC, or the patches of one.
  Tensor prepared(const Tensor& x) const;
  /// prepared -> [R, out...] with bias, and the activation after it (see add_and_activate).
  Tensor apply(const Tensor& prepared, double slope) const;
  Tensor linear(const Tensor& prepared) const;    // without either
  Tensor transposed(const Tensor& signal) const;  // [R, out...] -> [R, in...]
  /// Adds the sum over samples of signal x input to `gradient` (shaped as the weight).
  void add_products(const Tensor& signal, const Tensor& prepared, const Tensor& gradient) const;
  /// Adds the sum of `signal` over samples (and pixels) to `gradient` [out].
  void add_sum(const Tensor& signal, const Tensor& gradient) const;

 private:
  const PlacedLayer* placed_;
  Tensor weight_, bias_;
};

/// Convolutions between few channels by their patches, differentiable as often as wanted. x: [N, C, H, W].
Tensor thin_conv(const PlacedLayer& placed, const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor thin_conv_transpose(const PlacedLayer& placed, const Tensor& x, const Tensor& weight,
                           const Tensor& bias);

}  // namespace monge::train
