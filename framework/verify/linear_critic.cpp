#include "verify/linear_critic.h"

namespace monge::verify {

Setup linear_critic(const Shape& sample, const Json& enforcer) {
  Shape batch = sample;
  batch.insert(batch.begin(), 8);
  return {.data = drawn_normal(batch, 1),
          .generator = Layers{constant(sample)},
          .critic = Layers{flatten(), linear(1).bias(false)},
          .enforcers = {enforcer}};
}

Tensor weights_of(const Trial& trial, double norm) {
  const auto w = drawn_normal(trial.progress->critic.flat.sizes(), 2);
  return w * (norm / w.norm());
}

// Real and generated samples are the same, so the loss itself pulls at nothing.
std::vector<double> steepness_trained(plugin::Catalog& catalog, const Json& enforcer, bool by_hand) {
  constexpr double kRate = 1e-3;
  Setup setup = linear_critic({4}, enforcer);
  setup.data = at::zeros({8, 4});
  setup.critic_optimizer = gradient_descent(kRate);
  setup.by_hand = by_hand;
  Trial trial(catalog, setup);
  std::vector<double> steepness;
  for (const double slope : kSlopes) {
    trial.begin(at::zeros({4}), weights_of(trial, slope));
    trial.step();
    steepness.push_back((slope - trial.progress->critic.flat.norm().item<double>()) / kRate);
  }
  return steepness;
}

}  // namespace monge::verify
