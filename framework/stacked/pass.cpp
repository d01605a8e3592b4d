#include "stacked/pass.h"

#include <functional>

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

/// `signal` in the shape and layout of `like`, in memory of its own.
Tensor laid_out(const Tensor& signal, const Tensor& like) {
  return at::empty_like(like).copy_(signal.reshape(like.sizes()));
}

/// The same, but itself where it has them.
Tensor fresh(const Tensor& signal, const Tensor& like) {
  const auto shaped = signal.reshape(like.sizes());
  return shaped.strides() == like.strides() ? shaped : laid_out(shaped, like);
}

}  // namespace

Pass::Pass(const train::Network& network, const std::vector<Tensor>& parameters,
           const std::vector<Tensor>& buffers, const Tensor& x, Side& side, kernels::Update* update,
           std::int64_t batches)
    : side_(side), update_(update), input_(x.sizes().vec()), output_(x) {
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
    output_ = norm->apply(map.apply(input, {}), activation, buffers[averages], buffers[averages + 1]);
  }
  parts_.push_back({stage, map, norm, activation, input, output_, {}, {}, {}});
}

Tensor Pass::back(const Tensor& cotangent, bool to_input) {
  at::NoGradGuard no_grad;
  const Part& last = parts_.back();
  const bool untouched = last.activation.is_nothing() && !last.norm;
  Tensor signal = untouched ? cotangent : laid_out(cotangent, last.output);
  kernels::deactivate(signal, last.output, last.activation);
  for (std::size_t i = parts_.size(); i-- > 0;) {
    Part& part = parts_[i];
    signal = fresh(signal, part.output);
    if (part.norm) {
      part.shift = at::empty({signal.size(0), rows(signal).size(2)}, signal.options());
      if (part.stage.norm->layer.gain_) part.gain = at::empty_like(part.shift);
      part.norm->back(signal, part.gain, part.shift);
    }
    part.signal = signal;
    if (i > 0)
      signal = part.map.transposed(signal, {part.input, parts_[i - 1].activation});
    else if (to_input)
      signal = part.map.transposed(signal, {});
  }
  return to_input ? signal.reshape(input_) : Tensor();
}

/// `terms`: those that the weight's gradient is the sum of.
template <class... Terms>
Affine::Into Pass::into(const Part& part, const train::Gradients& gradients, const Terms&... terms) const {
  Affine::Into into{gradients.places[part.weight()], part.bias(gradients.places), gradients.fresh, {}};
  if constexpr (sizeof...(Terms) > 0)
    if (gradients.whole && update_ != nullptr && part.map.may_descend(terms..., into.weight))
      side_({}, [&] { into.descending = update_->take(into.weight); });  // it begins the update
  return into;
}

void Pass::add_gradient(const train::Gradients& gradients) const {
  at::NoGradGuard no_grad;
  std::vector<Tensor> reads;
  std::vector<Affine::Into> places;
  for (const auto& part : parts_) {
    reads.insert(reads.end(), {part.signal, part.input, part.gain, part.shift});
    places.push_back(into(part, gradients, Affine::Term{part.signal, part.input}));
  }
  side_(reads, [&] {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Part& part = parts_[i];
      part.map.add_gradient({part.signal, part.input}, places[i]);
      if (!part.norm) continue;
      auto next = static_cast<std::size_t>(part.stage.norm->parameters);
      if (part.gain.defined()) keep(part.gain, gradients.places[next++], gradients.fresh);
      keep(part.shift, gradients.places[next], gradients.fresh);
    }
  });
}

/// `add(i, tangent)`, the tangent along `v` at the input of part i, as soon as it is there. What it returns,
/// if anything, is done as soon as nobody reads that part's weight any more.
template <class Add>
void Pass::along(const Tensor& v, const Add& add) const {
  at::NoGradGuard no_grad;
  Tensor tangent = v;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    tangent = tangent.reshape(part.input.sizes());
    const std::function<void()> later = add(i, tangent);
    if (i + 1 < parts_.size())  // what the last layer makes of it is read by nobody
      tangent = part.map.linear(tangent, {part.output, part.activation});
    if (later) later();
  }
}

void Pass::add_slope_gradient(const Tensor& v, const std::vector<Tensor>& places) const {
  along(v, [&](std::size_t i, const Tensor& tangent) {
    const Part& part = parts_[i];
    side_({part.signal, tangent}, [&] {
      part.map.add_gradient({part.signal, tangent}, {places[part.weight()], {}, false, {}});
    });
    return nullptr;
  });
}

void Pass::add_both(const HandPass& scores, const Tensor& v, const train::Gradients& gradients) const {
  const auto& other = dynamic_cast<const Pass&>(scores);
  along(v, [&](std::size_t i, const Tensor& tangent) -> std::function<void()> {
    const Part &part = parts_[i], &scored = other.parts_[i];
    const Affine::Term one{scored.signal, scored.input}, two{part.signal, tangent};
    if (sample_of(one.x) != sample_of(two.x)) {  // an image and its row, by weights in another order
      const auto place = into(part, {gradients.places, gradients.fresh});
      side_({one.signal, one.x, two.signal, two.x}, [&] {
        scored.map.add_gradient(one, place);
        part.map.add_gradient(two, {place.weight, {}, false, {}});
      });
      return nullptr;
    }
    const auto place = into(part, gradients, one, two);
    const auto add = [this, &part, one, two, place] {
      side_({one.signal, one.x, two.signal, two.x}, [&] { part.map.add_gradients(one, two, place); });
    };
    if (place.descending) return add;
    add();
    return nullptr;
  });
}

}  // namespace monge::stacked
