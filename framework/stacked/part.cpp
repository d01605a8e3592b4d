#include "stacked/part.h"

#include "stacked/rows.h"

namespace monge::stacked {
namespace {

using kernels::Activation;
using Kind = Layer::Kind;

Activation activation_of(const train::Stage& stage) {
  if (stage.activation == nullptr) return {};
  const Layer& layer = stage.activation->layer;
  if (layer.kind == Kind::tanh) return {Activation::tanh, 1};
  if (layer.kind == Kind::sigmoid) return {Activation::sigmoid, 1};
  return {Activation::leaky, layer.kind == Kind::relu ? 0 : layer.slope};
}

/// `x` as samples of `shape`. An image whose pixels lie last stays one for a linear layer, which reorders its
/// weight instead.
Tensor fitted(const Tensor& x, const train::PlacedLayer& affine) {
  Shape shape = affine.in;
  if (sample_of(x) == shape) return x;
  if (affine.layer.kind == Kind::linear && x.dim() == 5 && !x[0][0].is_contiguous()) return x;
  shape.insert(shape.begin(), {x.size(0), x.size(1)});
  return x.reshape(shape);
}

Affine map_of(const train::Stage& stage, const std::vector<Tensor>& parameters, const Tensor& input) {
  const auto first = static_cast<std::size_t>(stage.affine->parameters);
  return {stage, parameters[first], stage.affine->layer.bias_ ? parameters[first + 1] : Tensor(), input};
}

std::optional<Norm> norm_of(const train::Stage& stage, const std::vector<Tensor>& parameters,
                            std::int64_t batches) {
  if (stage.norm == nullptr) return std::nullopt;
  auto next = static_cast<std::size_t>(stage.norm->parameters);
  const auto gain = stage.norm->layer.gain_ ? parameters[next++] : Tensor();
  return Norm(gain, parameters[next], batches);
}

}  // namespace

Part::Part(const train::Stage& of, const std::vector<Tensor>& parameters, const Tensor& x,
           std::int64_t batches)
    : stage(of),
      input(fitted(x, *of.affine)),
      map(map_of(of, parameters, input)),
      norm(norm_of(of, parameters, batches)),
      activation(activation_of(of)) {}

Tensor Part::made(const std::vector<Tensor>& buffers, Activation last) {
  if (!norm) return map.apply(input, last);
  const auto averages = static_cast<std::size_t>(stage.norm->buffers);
  return norm->apply(map.apply(input, {}), last, buffers[averages], buffers[averages + 1]);
}

void Part::apply(const std::vector<Tensor>& buffers) { output = made(buffers, activation); }

void Part::apply(const std::vector<Tensor>& buffers, const Tensor& out) {
  const bool apart = !norm && activation.kind != Activation::leaky;  // a kernel of its own
  const auto all = made(buffers, apart ? Activation() : activation);
  kernels::activate(all.contiguous(), {}, apart ? activation : Activation(), out);
}

}  // namespace monge::stacked
