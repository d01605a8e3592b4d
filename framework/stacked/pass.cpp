#include "stacked/pass.h"

#include <functional>

#include "stacked/rows.h"

namespace monge::stacked {
namespace {

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
           const std::vector<Tensor>& buffers, const Tensor& x, Side& side, kernels::Update* update)
    : side_(side), update_(update), input_(x.sizes().vec()), output_(x) {
  at::NoGradGuard no_grad;
  for (const auto& stage : train::stages_of(network)) {
    parts_.emplace_back(stage, parameters, output_, 1).apply(buffers);
    output_ = parts_.back().output;
  }
  Shape shape = {x.size(0), x.size(1)};
  const auto& last = network.layers().back().out;
  shape.insert(shape.end(), last.begin(), last.end());
  output_ = output_.reshape(shape);
}

void make_batches(const train::Network& network, const std::vector<Tensor>& parameters,
                  const std::vector<Tensor>& buffers, const Tensor& x, const Tensor& out) {
  at::NoGradGuard no_grad;
  const auto stages = train::stages_of(network);
  Tensor last = x;
  for (const auto& stage : stages) {
    Part part(stage, parameters, last, out.size(1));
    if (&stage == &stages.back()) return part.apply(buffers, out);
    part.apply(buffers);
    last = part.output;
  }
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
