#include "stacked/affine.h"

#include "stacked/rows.h"

namespace monge::stacked {
namespace {

using Kind = Layer::Kind;

/// [K, R, C, H, W] -> [K, R, H W C], the row of a sample; [K, R, F] as it is.
Tensor samples(const Tensor& x) { return x.dim() == 3 ? x : pixels_last(x).flatten(2); }

kernels::Window window_of(const train::PlacedLayer& placed) {
  const Layer& layer = placed.layer;
  if (!train::is_conv(layer.kind)) return {};
  const bool transposed = layer.kind == Kind::conv_transpose;
  const Shape &big = transposed ? placed.out : placed.in, &small = transposed ? placed.in : placed.out;
  const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
  return {u(layer.kernel), u(layer.stride_), u(layer.pad_), u(big[1]),
          u(big[2]),       u(big[0]),        u(small[1]),   u(small[2])};
}

}  // namespace

Affine::Affine(const train::Stage& stage, const Tensor& weight, const Tensor& bias, const Tensor& x)
    : kind_(stage.affine->layer.kind),
      in_(sample_of(x)),
      out_(kind_ == Kind::linear ? stage.out : stage.affine->out),
      window_(window_of(*stage.affine)),
      weight_(by_rows(weight).flatten(kind_ == Kind::linear && out_.size() == 3 ? 4 : 2)) {
  if (kind_ == Kind::linear) weight_ = weight_.reshape({weight.size(0), weight.size(1), weight.size(2)});
  if (bias.defined()) bias_ = kind_ == Kind::linear ? by_rows(bias).flatten(1) : bias;
}

/// A view of a weight or a bias with its features in the order of pixels last.
Tensor Affine::by_rows(const Tensor& parameter) const {
  if (kind_ != Kind::linear) return parameter.permute({0, 1, 3, 4, 2});
  Shape shape = {parameter.size(0)};
  std::vector<std::int64_t> order = {0};
  const auto append = [&](const Shape& part, std::int64_t whole) {
    const auto d = static_cast<std::int64_t>(shape.size());
    if (part.size() == 3) {
      shape.insert(shape.end(), part.begin(), part.end());
      order.insert(order.end(), {d + 1, d + 2, d});
    } else {
      shape.push_back(whole);
      order.push_back(d);
    }
  };
  append(out_, parameter.size(1));
  if (parameter.dim() == 3) append(in_, parameter.size(2));
  return parameter.view(shape).permute(order);
}

Tensor Affine::gathered(const Tensor& big) const {
  return at::bmm(kernels::unfold(pixels_last(big), window_), weight_.transpose(1, 2));
}

Tensor Affine::spread(const Tensor& small) const {
  return kernels::fold(at::bmm(rows(small), weight_), window_);
}

// Without bias: numbers with pixels last.
Tensor Affine::product(const Tensor& x) const {
  if (kind_ == Kind::linear) return at::bmm(samples(x), weight_.transpose(1, 2));
  return kind_ == Kind::conv ? gathered(x) : spread(x).flatten(1, 3);
}

Tensor Affine::apply(const Tensor& x, kernels::Activation activation) const {
  const auto y = product(x);
  kernels::activate(y, bias_, activation);
  return shaped(y, x.size(1), out_);
}

Tensor Affine::linear(const Tensor& x) const { return shaped(product(x), x.size(1), out_); }

Tensor Affine::transposed(const Tensor& signal) const {
  const auto count = signal.size(1);
  if (kind_ == Kind::linear) return shaped(at::bmm(samples(signal), weight_), count, in_);
  return shaped(kind_ == Kind::conv ? spread(signal) : gathered(signal), count, in_);
}

void Affine::add_products(const Tensor& signal, const Tensor& x, const Tensor& gradient) const {
  if (kind_ == Kind::linear && in_.size() == 1 && out_.size() == 1) {
    gradient.baddbmm_(signal.transpose(1, 2), x);
    return;
  }
  Tensor products;
  if (kind_ == Kind::linear) {
    products = at::bmm(samples(signal).transpose(1, 2), samples(x));
  } else {
    const Tensor &small = kind_ == Kind::conv ? signal : x, &big = kind_ == Kind::conv ? x : signal;
    products = at::bmm(rows(small).transpose(1, 2), kernels::unfold(pixels_last(big), window_));
  }
  const auto place = by_rows(gradient);
  place.add_(products.view(place.sizes()));
}

void Affine::add_sum(const Tensor& signal, const Tensor& gradient) const {
  if (kind_ != Kind::linear) {
    gradient.add_(rows(signal).sum(1));
    return;
  }
  const auto place = by_rows(gradient);
  place.add_(samples(signal).sum(1).view(place.sizes()));
}

}  // namespace monge::stacked
