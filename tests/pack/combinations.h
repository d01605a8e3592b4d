// What a combination of loss, enforcer and architecture must do in a pack.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "pack/games.h"

namespace monge::test {

#ifdef __SANITIZE_ADDRESS__
constexpr int kSteps = 2;  // the sanitizers look at memory, not at how numbers part
#else
constexpr int kSteps = 20;
#endif

constexpr int kRuns = 2;

/// Runs of a setup after so many steps of a pack, or of each alone.
inline Runs trained(Opened& opened, const Samples& samples, const Setup& setup, int steps, bool together,
                    const train::Strategy& strategy = {}) {
  Runs runs(opened, samples, setup, kRuns);
  runs.games[0].strategy = strategy;
  if (together)
    train_together(runs, steps);
  else
    train_alone(runs, steps);
  return runs;
}

/// A setup's runs alone, by which its packs are judged.
struct Alone {
  Runs steps;         // after 20 steps in double precision
  Runs exact, first;  // after one, in double and in single precision
};

/// One update of each player. By descent: Adam's first step is a gradient's sign, which rounding may turn
/// where the gradient is nothing.
inline Setup one_step(Setup setup, at::ScalarType precision) {
  setup.critic_steps = 1;
  setup.critic = train::OptimizerSettings::Kind::sgd;
  setup.precision = precision;
  return setup;
}

/// In double precision after 20 steps, and the first gradients in single precision.
inline void check_by(Opened& opened, const Samples& samples, const Setup& setup, const Alone& alone,
                     const train::Strategy& strategy) {
  CAPTURE(strategy.name());
  CHECK(apart(trained(opened, samples, setup, kSteps, true, strategy), alone.steps) < 1e-8);
  const Runs first = trained(opened, samples, one_step(setup, at::kFloat), 1, true, strategy);
  const auto check_gradients = [&](const auto& gradient) {
    // Of one number that an enforcer's map and a loss leave, cancellation may leave little: as much as alone.
    const bool one_number = setup.architecture["plugin"] == "dirac";
    const double limit = one_number ? std::max(1e-5, 4 * apart(alone.first, alone.exact, gradient)) : 1e-5;
    CHECK(apart(first, alone.first, gradient) < limit);
  };
  check_gradients([](const Progress& p) { return p.critic_moments.gradient; });
  check_gradients([](const Progress& p) { return p.generator_moments.gradient; });
}

/// By autograd through vmap, and as on a GPU: both halves in one batch, and by hand where the critic is
/// piecewise linear.
inline void check(Opened& opened, const Setup& setup, bool as_on_gpu = true) {
  CAPTURE(setup.loss.dump());
  CAPTURE(setup.enforcer.dump());
  CAPTURE(setup.architecture.dump());
  const Samples samples = samples_of(setup);
  const Alone alone{trained(opened, samples, setup, kSteps, false),
                    trained(opened, samples, one_step(setup, at::kDouble), 1, false),
                    trained(opened, samples, one_step(setup, at::kFloat), 1, false)};
  check_by(opened, samples, setup, alone, {});
  if (as_on_gpu)
    check_by(opened, samples, setup, alone,
             train::choose_strategy(game_of(opened, samples, setup, 0), /*on_gpu=*/true, kRuns));
}

inline void check_all(const Json& architecture, const Shape& sample = {2}, bool as_on_gpu = true) {
  Opened opened;
  for (const auto& loss : opened.catalog.known("loss")) {
    for (const auto& enforcer : opened.catalog.known("enforcer")) {
      Setup setup{named(loss), named(enforcer), architecture, sample};
      if (sample.size() == 3) setup.critic_steps = 1;
      // The gradient of the last bias is nothing but rounding at first: Adam would make a step of it.
      if (enforcer == "lecam" && architecture["plugin"] == "lucic") setup.epsilon = 1e-4;
      check(opened, setup, as_on_gpu);
    }
  }
}

}  // namespace monge::test
