#include "train/affine_pass.h"

#include <algorithm>

#include "train/rowwise.h"

namespace monge::train {
namespace {

using Kind = Layer::Kind;

bool is_affine(Kind kind) { return kind == Kind::linear || kind == Kind::conv; }

// [R, ...] in the shape and layout of `activation`: `signal` itself where it has both.
Tensor laid_out(const Tensor& signal, const Tensor& activation) {
  return signal.reshape(activation.sizes()).contiguous(activation.suggest_memory_format());
}

double slope_after(const std::vector<PlacedLayer>& layers, std::size_t i) {
  if (i + 1 == layers.size()) return 1;
  const Layer& next = layers[i + 1].layer;
  if (next.kind == Kind::relu) return 0;
  return next.kind == Kind::leaky_relu ? next.slope : 1;
}

}  // namespace

bool is_piecewise_linear(const Network& network) {
  const auto& layers = network.layers();
  const auto allowed = [](const PlacedLayer& placed) {
    const Kind kind = placed.layer.kind;
    return is_affine(kind) || kind == Kind::relu || kind == Kind::flatten ||
           (kind == Kind::leaky_relu && placed.layer.slope > 0);
  };
  // An activation belongs to the affine layer before it.
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Kind kind = layers[i].layer.kind;
    const bool activation = kind == Kind::relu || kind == Kind::leaky_relu;
    if (activation && (i == 0 || !is_affine(layers[i - 1].layer.kind))) return false;
  }
  return !layers.empty() && is_affine(layers.back().layer.kind) &&
         std::all_of(layers.begin(), layers.end(), allowed);
}

AffinePass::AffinePass(const Network& network, at::TensorList parameters, const Tensor& x)
    : input_(x.sizes().vec()) {
  at::NoGradGuard no_grad;
  const auto& layers = network.layers();
  Tensor next = x;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i].layer;
    if (!is_affine(layer.kind)) continue;
    const auto first = layers[i].parameters;
    const Affine map(layers[i], parameters[first], layer.bias_ ? parameters[first + 1] : Tensor());
    const double slope = slope_after(layers, i);
    const auto input = map.prepared(next);
    next = map.apply(input, slope);
    stages_.push_back({map, first, layer.bias_, slope, input, next, {}});
  }
}

Tensor AffinePass::back(const Tensor& cotangent, bool to_input) {
  at::NoGradGuard no_grad;
  Tensor signal = cotangent;
  for (std::size_t k = stages_.size(); k-- > 0;) {
    auto& stage = stages_[k];
    stage.signal = laid_out(signal, stage.output);
    mask(stage.signal, stage.output, stage.slope);
    if (k == 0 && !to_input) return {};
    signal = stage.map.transposed(stage.signal);
  }
  return signal.reshape(input_);
}

void AffinePass::add_gradient(const Gradients& gradients) const {
  at::NoGradGuard no_grad;
  const auto& places = gradients.places;
  for (std::size_t i = 0; gradients.fresh && i < places.size(); ++i) places[i].zero_();
  for (const auto& stage : stages_) {
    stage.map.add_products(stage.signal, stage.input, places[stage.parameters]);
    if (stage.bias) stage.map.add_sum(stage.signal, places[stage.parameters + 1]);
  }
}

void AffinePass::add_slope_gradient(const Tensor& v, const std::vector<Tensor>& places) const {
  at::NoGradGuard no_grad;
  Tensor tangent = v;
  for (const auto& stage : stages_) {
    const auto input = stage.map.prepared(tangent);
    stage.map.add_products(stage.signal, input, places[stage.parameters]);
    if (&stage == &stages_.back()) return;  // what the critic's last layer makes of it is read by nobody
    tangent = laid_out(stage.map.linear(input), stage.output);
    mask(tangent, stage.output, stage.slope);
  }
}

}  // namespace monge::train
