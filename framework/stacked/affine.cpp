#include "stacked/affine.h"

#include "stacked/rows.h"

namespace monge::stacked {
namespace {

using kernels::Activation;
using kernels::Finish;
using Kind = Layer::Kind;

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

namespace {

void finish_apart(const Tensor& c, const Finish& finish) {
  kernels::activate(c, finish.bias, {Activation::leaky, finish.slope});
  if (finish.mask.defined())
    kernels::deactivate(c, finish.mask.view(c.sizes()), {Activation::leaky, finish.mask_slope});
}

Tensor by_weight(const Tensor& x, const Tensor& weight, const Finish& finish) {
  Tensor y;
  if (kernels::fuses(x) && weight.size(1) >= kThin) {
    y = at::empty({x.size(0), x.size(1), weight.size(1)}, x.options());
    kernels::multiply(kernels::rows_outside(together(x)), kernels::rows_outside(weight), finish, y);
  } else {
    y = at::bmm(x, weight.transpose(1, 2));
    finish_apart(y, finish);
  }
  return y;
}

Tensor by_transposed(const Tensor& x, const Tensor& weight, const Finish& finish) {
  Tensor y;
  if (kernels::fuses(x) && weight.size(2) >= kThin) {
    y = at::empty({x.size(0), x.size(1), weight.size(2)}, x.options());
    kernels::multiply(kernels::rows_outside(together(x)), kernels::columns_outside(weight), finish, y);
  } else {
    y = at::bmm(x, weight);
    finish_apart(y, finish);
  }
  return y;
}

}  // namespace

Tensor Affine::gathered(const Tensor& big, const Finish& finish) const {
  const auto image = pixels_last(big);
  if (!kernels::fuses(big) || weight_.size(1) < kThin)
    return by_weight(kernels::unfold(image, window_), weight_, finish);
  auto y =
      at::empty({big.size(0), big.size(1) * window_.rows * window_.columns, weight_.size(1)}, big.options());
  kernels::multiply(kernels::patches_outside(image, window_), kernels::rows_outside(weight_), finish, y);
  return y;
}

Tensor Affine::spread(const Tensor& small, const Finish& finish) const {
  if (!kernels::fuses(small) || window_.channels < kThin) {
    auto image = kernels::fold(by_transposed(rows(small), weight_, {}), window_);
    finish_apart(image, finish);
    return image;
  }
  if (!by_class_.defined()) by_class_ = kernels::by_class(weight_, window_);
  auto image = at::empty({small.size(0), small.size(1), window_.height, window_.width, window_.channels},
                         small.options());
  kernels::spread(pixels_last(small), by_class_, window_, finish, image);
  return image;
}

// Numbers with pixels last, like every function of its kind.
Tensor Affine::forward(const Tensor& x, const Finish& finish) const {
  if (kind_ == Kind::linear) return by_weight(samples(x), weight_, finish);
  return kind_ == Kind::conv ? gathered(x, finish) : spread(x, finish);
}

Tensor Affine::backward(const Tensor& signal, const Finish& finish) const {
  if (kind_ == Kind::linear) return by_transposed(samples(signal), weight_, finish);
  return kind_ == Kind::conv ? spread(signal, finish) : gathered(signal, finish);
}

Tensor Affine::apply(const Tensor& x, Activation activation) const {
  const bool leaky = activation.kind == Activation::leaky;
  const auto y = forward(x, {.bias = bias_, .slope = leaky ? activation.slope : 1});
  if (!leaky) kernels::activate(y, {}, activation);
  return shaped(y, x.size(1), out_);
}

namespace {

bool may_fuse(const Through& through) {
  return through.output.defined() && through.activation.kind == Activation::leaky &&
         through.activation.slope != 1;
}

// The mask as memory that lies like a result with pixels last.
Finish finish_through(const Through& through) {
  if (!may_fuse(through)) return {};
  return {.mask = samples(through.output), .mask_slope = through.activation.slope};
}

Tensor rest_of(const Through& through, Tensor signal) {
  if (through.output.defined() && !may_fuse(through))
    kernels::deactivate(samples(signal), samples(through.output), through.activation);
  return signal;
}

}  // namespace

Tensor Affine::linear(const Tensor& x, const Through& through) const {
  return rest_of(through, shaped(forward(x, finish_through(through)), x.size(1), out_));
}

Tensor Affine::transposed(const Tensor& signal, const Through& through) const {
  return rest_of(through, shaped(backward(signal, finish_through(through)), signal.size(1), in_));
}

}  // namespace monge::stacked
