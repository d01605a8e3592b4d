#include "verify/dirac_map.h"

#include <cmath>

#include "conform/check.h"
#include "conform/small_critic.h"

namespace monge::verify {
namespace {

constexpr std::int64_t kBatch = 4;

Tensor scalar(double value) { return at::full({1}, value, at::kDouble); }

// What a critic of slope psi pays, theta being at 0 with the data.
double penalty(const plugin::Bound<Enforcer>& enforcer, double psi) {
  Look look;
  look.at.real = look.at.fake = at::zeros({kBatch}, at::kDouble);
  look.at.real_x = look.at.fake_x = at::zeros({kBatch, 1}, at::kDouble);
  if (enforcer.schema().has_points) {
    auto draw = conform::draws(1);
    look.x = enforcer->points(look.at, draw);
    look.score = at::zeros({look.x.size(0)}, at::kDouble);
    look.slope = at::full_like(look.x, psi);
  }
  State state = conform::first_state(enforcer.schema(), {}, {});
  return enforcer->penalty(look, state).item<double>();
}

// Twice the steepness a tenth of the way out is much less for a parabola, and the same for a kink.
double curvature_of(const plugin::Bound<Enforcer>& enforcer) {
  constexpr double kStep = 1e-3;
  const double rest = penalty(enforcer, 0);
  const auto rise = [&](double psi) { return (penalty(enforcer, psi) - rest) / std::abs(psi); };
  for (const double side : {kStep, -kStep}) {
    if (std::abs(rise(side / 10)) > std::max(0.5 * std::abs(rise(side)), 1e-6)) {
      throw conform::Spared("a critic of slope 0 is no place to rest: its penalty pulls away from there");
    }
  }
  return (rise(kStep) + rise(-kStep)) / kStep;
}

double stretch_of(const plugin::Bound<Enforcer>& enforcer) {
  constexpr double kStep = 1e-3;
  Role role;
  role.layer = "linear";
  role.input = {1};
  const auto mapped = [&](double psi) {
    const auto weight = at::full({1, 1}, psi, at::kDouble);
    State state = conform::first_state(enforcer.schema(), weight, role);
    return enforcer->weight(weight, role, state).item<double>();
  };
  const double stretch = mapped(kStep) / kStep;
  if (std::abs(mapped(kStep / 10) * 10 / kStep - stretch) > 1e-3 * std::abs(stretch) ||
      std::abs(mapped(-kStep) / -kStep - stretch) > 1e-3 * std::abs(stretch)) {
    throw conform::Spared("its map of weights has no derivative at 0");
  }
  return stretch;
}

}  // namespace

void spare_states(const Schema& schema) {
  if (!schema.states.empty())
    throw conform::Spared("it has a state: what it costs depends on the updates before");
}

Response response_of(const plugin::Bound<Enforcer>& enforcer) {
  Response response;
  const Schema& schema = enforcer.schema();
  if (schema.has_weight) response.stretch = stretch_of(enforcer);
  if (schema.has_penalty) {
    spare_states(schema);
    response.curvature = curvature_of(enforcer);
  }
  const auto small = at::full({1, 1}, 1e-4, at::kDouble);
  if (schema.has_project && !enforcer->project(small, {}).equal(small)) {
    throw conform::Spared("its projection moves a critic of slope 0.0001");
  }
  return response;
}

Matrix jacobian(const Slopes& loss, const Response& enforcer, const Pace& pace) {
  const double a = enforcer.stretch * loss.critic, b = enforcer.stretch * loss.generator;
  const double g = enforcer.stretch * enforcer.stretch * enforcer.curvature, h = pace.rate;
  double kept = 1, sum = 0;  // r^n and 1 + r + ... + r^(n - 1), r = 1 - h g
  for (std::int64_t i = 0; i < pace.critic_steps; ++i) {
    sum += kept;
    kept *= 1 - h * g;
  }
  return {1 + h * h * a * b * sum, -h * b * kept, -h * a * sum, kept};
}

Setup dirac_game(const Json& loss, const Json& enforcer, const Pace& pace) {
  Setup setup{.data = at::zeros({kBatch, 1}),
              .generator = Layers{constant({1})},
              .critic = Layers{linear(1).bias(false)},
              .loss = loss,
              .enforcers = {enforcer}};
  setup.critic_steps = pace.critic_steps;
  setup.critic_optimizer = setup.generator_optimizer = gradient_descent(pace.rate);
  return setup;
}

Matrix trained_jacobian(plugin::Catalog& catalog, const Json& loss, const Json& enforcer, const Pace& pace) {
  constexpr double kStep = 1e-5;
  Trial trial(catalog, dirac_game(loss, enforcer, pace));
  const auto after = [&](double theta, double psi) {
    trial.begin(scalar(theta), scalar(psi));
    trial.step();
    return std::array{trial.progress->generator.flat.item<double>(),
                      trial.progress->critic.flat.item<double>()};
  };
  const auto column = [&](double theta, double psi) {
    const auto forth = after(theta, psi), back = after(-theta, -psi);
    return std::array{(forth[0] - back[0]) / (2 * kStep), (forth[1] - back[1]) / (2 * kStep)};
  };
  const auto by_theta = column(kStep, 0), by_psi = column(0, kStep);
  return {by_theta[0], by_psi[0], by_theta[1], by_psi[1]};
}

}  // namespace monge::verify
