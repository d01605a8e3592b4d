#include "train/products.h"

#include <array>
#include <utility>

#include "train/forward.h"
#include "train/gemm.h"
#include "train/rowwise.h"

namespace monge::train {
namespace {

using Kind = Layer::Kind;

std::vector<std::int64_t> both(std::int64_t side) { return {side, side}; }

std::tuple<Tensor, Tensor, Tensor> conv_back(const Layer& layer, const Tensor& signal, const Tensor& input,
                                             const Tensor& weight, std::array<bool, 3> wanted) {
  return at::convolution_backward(signal, input, weight, at::OptionalIntArrayRef(), both(layer.stride_),
                                  both(layer.pad_), both(1), /*transposed=*/false, both(0), /*groups=*/1,
                                  wanted);
}

// [R, C, H, W] -> [R, H W, C], a view of what is laid out as NHWC.
Tensor pixels_of(const Tensor& image) { return image.permute({0, 2, 3, 1}).flatten(1, 2); }

// Patches of an image: [N, C, H, W] -> [N, C kernel kernel, H' W'].
Tensor patches(const Layer& layer, const Tensor& image) {
  return at::im2col(image, both(layer.kernel), both(1), both(layer.pad_), both(layer.stride_));
}
Tensor from_patches(const Layer& layer, const Tensor& columns, const Shape& image) {
  return at::col2im(columns, {image[1], image[2]}, both(layer.kernel), both(1), both(layer.pad_),
                    both(layer.stride_));
}

}  // namespace

bool is_thin(const PlacedLayer& placed) {
  constexpr std::int64_t kFewChannels = 4;
  if (placed.layer.kind == Kind::conv) return placed.in[0] <= kFewChannels;
  return placed.layer.kind == Kind::conv_transpose && placed.out[0] <= kFewChannels;
}

Tensor thin_conv(const PlacedLayer& placed, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  auto y = at::matmul(weight.flatten(1), patches(placed.layer, x))
               .view({x.size(0), placed.out[0], placed.out[1], placed.out[2]});
  return bias.defined() ? y + bias.view({-1, 1, 1}) : y;
}

// The transpose of a convolution from the small side: weight [in, out, kernel, kernel].
Tensor thin_conv_transpose(const PlacedLayer& placed, const Tensor& x, const Tensor& weight,
                           const Tensor& bias) {
  auto y = from_patches(placed.layer, at::matmul(weight.flatten(1).t(), x.flatten(2)), placed.out);
  return bias.defined() ? y + bias.view({-1, 1, 1}) : y;
}

Affine::Affine(const PlacedLayer& placed, const Tensor& weight, Tensor bias)
    : placed_(&placed),
      weight_(weight.dim() == 4 && !is_thin(placed) ? nhwc(weight) : weight),
      bias_(std::move(bias)) {}

Tensor Affine::prepared(const Tensor& x) const {
  if (placed_->layer.kind == Kind::linear) return x.flatten(1);
  return is_thin(*placed_) ? patches(placed_->layer, x.contiguous()) : nhwc(x);
}

Tensor Affine::apply(const Tensor& prepared, double slope) const {
  auto y = linear(prepared);
  add_and_activate(y, bias_.defined() && y.dim() == 4 ? bias_.view({-1, 1, 1}) : bias_, slope);
  return y;
}

Tensor Affine::linear(const Tensor& prepared) const {
  const Layer& layer = placed_->layer;
  if (layer.kind == Kind::linear) return product(prepared, weight_.t());
  if (!is_thin(*placed_)) return at::conv2d(prepared, weight_, {}, both(layer.stride_), both(layer.pad_));
  const auto pixels = at::matmul(prepared.transpose(1, 2), weight_.flatten(1).t());
  return pixels.view({prepared.size(0), placed_->out[1], placed_->out[2], placed_->out[0]})
      .permute({0, 3, 1, 2});
}

Tensor Affine::transposed(const Tensor& signal) const {
  if (placed_->layer.kind == Kind::linear) return product(signal, weight_);
  if (is_thin(*placed_))
    return from_patches(placed_->layer, at::matmul(weight_.flatten(1).t(), pixels_of(signal).transpose(1, 2)),
                        placed_->in);
  const auto unread = at::empty({1}, signal.options()).expand(batch_of(signal.size(0), placed_->in));
  return std::get<0>(conv_back(placed_->layer, nhwc(signal), unread, weight_, {true, false, false}));
}

void Affine::add_products(const Tensor& signal, const Tensor& prepared, const Tensor& gradient) const {
  const Layer& layer = placed_->layer;
  if (layer.kind == Kind::linear) {
    add_product(signal.t(), prepared, gradient);
  } else if (is_thin(*placed_)) {
    const auto each = at::matmul(prepared, pixels_of(signal));  // [R, patch, out]
    gradient.add_(each.sum(0).t().view_as(gradient));
  } else {
    gradient.add_(std::get<1>(conv_back(layer, nhwc(signal), prepared, weight_, {false, true, false})));
  }
}

void Affine::add_sum(const Tensor& signal, const Tensor& gradient) const {
  gradient.add_(signal.dim() == 2 ? signal.sum(0) : signal.sum({0, 2, 3}));
}

}  // namespace monge::train
