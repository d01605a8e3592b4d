#include "stacked/pass.h"

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
  if (affine.layer.kind == Kind::linear && x.dim() == 5 && !x.is_contiguous()) return x;
  shape.insert(shape.begin(), {x.size(0), x.size(1)});
  return x.reshape(shape);
}

/// `signal` in the shape and layout of `like`, in memory of its own.
Tensor laid_out(const Tensor& signal, const Tensor& like) {
  return at::empty_like(like).copy_(signal.reshape(like.sizes()));
}

/// The same, but itself where it has them; for what nobody else holds.
Tensor fresh(const Tensor& signal, const Tensor& like) {
  const auto shaped = signal.reshape(like.sizes());
  return shaped.strides() == like.strides() ? shaped : laid_out(shaped, like);
}

}  // namespace

Pass::Pass(const train::Network& network, const std::vector<Tensor>& parameters,
           const std::vector<Tensor>& buffers, const Tensor& x, Side& side, std::int64_t batches)
    : side_(side), input_(x.sizes().vec()), output_(x) {
  at::NoGradGuard no_grad;
  for (const auto& stage : train::stages_of(network)) run(stage, batches, parameters, buffers, output_);
  Shape shape = {x.size(0), x.size(1)};
  const auto& last = network.layers().back().out;
  shape.insert(shape.end(), last.begin(), last.end());
  output_ = output_.reshape(shape);
}

void Pass::run(const train::Stage& stage, std::int64_t batches, const std::vector<Tensor>& parameters,
               const std::vector<Tensor>& buffers, const Tensor& x) {
  const auto input = fitted(x, *stage.affine);
  const auto first = static_cast<std::size_t>(stage.affine->parameters);
  const Affine map(stage, parameters[first], stage.affine->layer.bias_ ? parameters[first + 1] : Tensor(),
                   input);
  const auto activation = activation_of(stage);
  std::optional<Norm> norm;
  if (stage.norm == nullptr) {
    output_ = map.apply(input, activation);
  } else {
    auto next = static_cast<std::size_t>(stage.norm->parameters);
    const auto gain = stage.norm->layer.gain_ ? parameters[next++] : Tensor();
    norm.emplace(gain, parameters[next], batches);
    const auto averages = static_cast<std::size_t>(stage.norm->buffers);
    output_ = norm->apply(map.apply(input, {}), buffers[averages], buffers[averages + 1]);
    kernels::activate(rows(output_), {}, activation);
  }
  parts_.push_back({stage, map, norm, activation, input, output_, {}, {}, {}});
}

Tensor Pass::back(const Tensor& cotangent, bool to_input) {
  at::NoGradGuard no_grad;
  const Part& last = parts_.back();
  Tensor signal = last.activation.is_nothing() ? cotangent : laid_out(cotangent, last.output);
  kernels::deactivate(signal, last.output, last.activation);
  for (std::size_t i = parts_.size(); i-- > 0;) {
    Part& part = parts_[i];
    signal = fresh(signal, part.output);
    if (part.norm) {
      part.shift = at::zeros({signal.size(0), rows(signal).size(2)}, signal.options());
      if (part.stage.norm->layer.gain_) part.gain = at::zeros_like(part.shift);
      signal = part.norm->back(signal, part.gain, part.shift);
    }
    part.signal = signal;
    if (i > 0)
      signal = part.map.transposed(signal, {part.input, parts_[i - 1].activation});
    else if (to_input)
      signal = part.map.transposed(signal, {});
  }
  return to_input ? signal.reshape(input_) : Tensor();
}

void Pass::add_gradient(const std::vector<Tensor>& gradients, bool fresh) const {
  at::NoGradGuard no_grad;
  std::vector<Tensor> reads;
  for (const auto& part : parts_) reads.insert(reads.end(), {part.signal, part.input, part.gain, part.shift});
  side_(reads, [&] {
    for (const auto& part : parts_) {
      const auto first = static_cast<std::size_t>(part.stage.affine->parameters);
      part.map.add_products(part.signal, part.input, gradients[first], fresh);
      if (part.stage.affine->layer.bias_) part.map.add_sum(part.signal, gradients[first + 1], fresh);
      if (!part.norm) continue;
      auto next = static_cast<std::size_t>(part.stage.norm->parameters);
      if (part.gain.defined()) keep(part.gain, gradients[next++], fresh);
      keep(part.shift, gradients[next], fresh);
    }
  });
}

void Pass::add_slope_gradient(const Tensor& v, const std::vector<Tensor>& gradients) const {
  at::NoGradGuard no_grad;
  std::vector<Tensor> tangents = {v.reshape(parts_.front().input.sizes())}, reads;
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {  // what the last layer makes of it is read by nobody
    const Part& part = parts_[i];
    const auto tangent = part.map.linear(tangents.back(), {part.output, part.activation});
    tangents.push_back(tangent.reshape(parts_[i + 1].input.sizes()));
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) reads.insert(reads.end(), {parts_[i].signal, tangents[i]});
  side_(reads, [&] {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto weight = static_cast<std::size_t>(parts_[i].stage.affine->parameters);
      parts_[i].map.add_products(parts_[i].signal, tangents[i], gradients[weight], /*fresh=*/false);
    }
  });
}

}  // namespace monge::stacked
