#include "conform/small_critic.h"

#include <torch/autograd.h>

#include "conform/made_scores.h"
#include "train/enforcing.h"
#include "train/forward.h"

namespace monge::conform {
namespace {

Tensor score(const Tensors& parameters, const Tensor& x) {
  return train::forward(small_critic(), x, {.parameters = parameters}).squeeze(1);
}

bool is_vector(const train::Parameter& parameter) { return parameter.shape.size() == 1; }

}  // namespace

const train::Network& small_critic() {
  static const train::Network network("critic",
                                      Layers{conv(4, 3).pad(1), tanh(), conv(6, 4).stride(2).pad(1),
                                             layer_norm(), tanh(), flatten(), linear(8), tanh(), linear(1)},
                                      small_sample(), {1});
  return network;
}

Tensors small_weights(std::uint64_t seed) {
  auto source = draws(seed);
  Tensors weights;
  for (const auto& parameter : small_critic().parameters()) {
    const auto fans = static_cast<double>(parameter.fan_in + parameter.fan_out);
    const bool gain = parameter.role.part == Role::Part::gain;
    Tensor value = source.normal(parameter.shape) * (is_vector(parameter) ? 0.1 : std::sqrt(2 / fans));
    weights.push_back(gain ? value + 1 : value);
  }
  return weights;
}

State first_state(const Schema& schema, const Tensor& like, const Role& role) {
  auto source = draws(7);
  return train::first_state(schema, like, role, source, at::kDouble);
}

Tensors mapped(const Subject<Enforcer>& enforcer, const Tensors& weights, int warm) {
  if (!enforcer.schema().has_weight) return weights;
  Tensors result;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Role& role = small_critic().parameters()[i].role;
    const Tensor plain = weights[i].detach();
    State state = first_state(enforcer.schema(), plain, role);
    for (int time = 0; time < warm; ++time) enforcer->weight(plain, role, state);
    for (auto& [name, tensor] : state.all()) tensor = tensor.detach();
    result.push_back(enforcer->weight(weights[i], role, state));
  }
  return result;
}

Tensor cost_of(const Subject<Enforcer>& enforcer, const Tensors& effective) {
  Look look;
  look.at = made_scores(3);
  look.at.real = score(effective, look.at.real_x);
  look.at.fake = score(effective, look.at.fake_x);
  const Schema& schema = enforcer.schema();
  if (schema.has_points || !schema.has_penalty) {
    auto source = draws(4);
    const Tensor points = schema.has_points ? enforcer->points(look.at, source) : look.at.real_x;
    look.x = points.detach().clone().requires_grad_();
    look.score = score(effective, look.x);
    look.slope = torch::autograd::grad({look.score.sum()}, {look.x}, {}, true, /*create_graph=*/true)[0];
  }
  if (!schema.has_penalty)
    return (look.slope.flatten(1).square().sum(1) + 1e-12).sqrt().sub(1).square().mean();
  State state = first_state(schema, {}, {});
  return enforcer->penalty(look, state);
}

}  // namespace monge::conform
