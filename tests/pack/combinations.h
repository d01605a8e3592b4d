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

/// In double precision after 20 steps.
inline void check_steps(Opened& opened, const Samples& samples, const Setup& setup,
                        const train::Strategy& strategy) {
  CHECK(apart(trained(opened, samples, setup, kSteps, true, strategy),
              trained(opened, samples, setup, kSteps, false)) < 1e-8);
}

/// The first gradients in single precision; by the error that single precision makes alone, where an
/// enforcer's map or a loss cancels most of what a gradient is made of.
inline void check_gradients(Opened& opened, const Samples& samples, Setup setup,
                            const train::Strategy& strategy) {
  setup.critic_steps = 1;
  // Adam's first step is a gradient's sign, which rounding may turn where the gradient is nothing.
  setup.critic = train::OptimizerSettings::Kind::sgd;
  const Runs exact = trained(opened, samples, setup, 1, false);
  setup.precision = at::kFloat;
  const Runs together = trained(opened, samples, setup, 1, true, strategy);
  const Runs alone = trained(opened, samples, setup, 1, false);
  const auto check = [&](const auto& gradient) {
    CHECK(apart(together, alone, gradient) < std::max(1e-5, 4 * apart(alone, exact, gradient)));
  };
  check([](const Progress& p) { return p.critic_moments.gradient; });
  check([](const Progress& p) { return p.generator_moments.gradient; });
}

/// By autograd through vmap, and as on a GPU: both halves in one batch, and by hand where the critic is
/// piecewise linear.
inline void check(Opened& opened, Setup setup) {
  // A gradient that is nothing but rounding (of a last bias, under lecam) is no step of Adam's then.
  setup.epsilon = 1e-4;
  CAPTURE(setup.loss.dump());
  CAPTURE(setup.enforcer.dump());
  CAPTURE(setup.architecture.dump());
  const Samples samples = samples_of(setup);
  const auto as_on_gpu = train::choose_strategy(game_of(opened, samples, setup, 0), /*on_gpu=*/true, kRuns);
  std::vector<train::Strategy> strategies = {train::Strategy()};
  if (as_on_gpu.by_hand || setup.sample.size() == 1)
    strategies.push_back(as_on_gpu);  // else minutes, for the batch alone
  for (const auto& strategy : strategies) {
    CAPTURE(strategy.name());
    check_steps(opened, samples, setup, strategy);
    check_gradients(opened, samples, setup, strategy);
  }
}

inline void check_all(const Json& architecture, const Shape& sample = {2}) {
  Opened opened;
  for (const auto& loss : opened.catalog.known("loss")) {
    for (const auto& enforcer : opened.catalog.known("enforcer")) {
      Setup setup{named(loss), named(enforcer), architecture, sample};
      if (sample.size() == 3) setup.critic_steps = 1;
      check(opened, setup);
    }
  }
}

}  // namespace monge::test
