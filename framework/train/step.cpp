#include "train/step.h"

#include <algorithm>

#include "train/batches.h"
#include "train/enforcing.h"
#include "train/gradients.h"

namespace monge::train {
namespace {

// One sample's norm is over all its dimensions but the first.
void record_critic(const CriticCost& cost, const Progress& progress, StepRecord& record) {
  record.critic_loss = cost.loss;
  record.own_penalty = cost.penalty;
  record.real = cost.real;
  record.fake = cost.fake;
  record.critic_gradient_norm = progress.critic_moments.gradient.norm();
  if (cost.slope.defined()) record.slope_norm = cost.slope.flatten(1).norm(2, 1);
}

// Begins at the initial weights, and forgets them fast: the decay grows as (1 + n) / (10 + n) until it is
// `ema`.
void update_average(const Game& game, Progress& progress) {
  if (!progress.average.defined()) return;
  at::NoGradGuard no_grad;
  const auto n = static_cast<double>(progress.step);
  progress.average.lerp_(progress.generator.flat, 1 - std::min(game.settings.ema, (1 + n) / (10 + n)));
}

Tensor update_critic(const Game& game, Progress& progress, Fakes& fakes, StepRecord* record) {
  project(game, progress.critic.values, Enforcer::When::before);
  const auto real = real_batch(game, Purpose::data_critic, progress.updates);
  const auto fake = fakes.next(real.label);
  const auto cost = game.strategy.by_hand ? by_hand::critic_gradient(game, progress, real, fake)
                                          : critic_gradient(game, progress, real, fake);
  update(game.settings.critic, learning_rate_at(game.settings.critic, progress.step + 1),
         progress.critic.flat, progress.critic_moments);
  project(game, progress.critic.values, Enforcer::When::after);
  ++progress.updates;
  if (record != nullptr) record_critic(cost, progress, *record);
  return cost.total();
}

Tensor update_generator(const Game& game, Progress& progress, StepRecord* record) {
  auto loss = game.strategy.by_hand
                  ? by_hand::generator_gradient(game, progress, generator_turn(game, progress.step))
                  : generator_gradient(game, progress);
  update(game.settings.generator, learning_rate_at(game.settings.generator, progress.step + 1),
         progress.generator.flat, progress.generator_moments);
  update_average(game, progress);
  if (record == nullptr) return loss;
  record->generator_loss = loss;
  record->generator_gradient_norm = progress.generator_moments.gradient.norm();
  return loss;
}

}  // namespace

Progress::Progress(const Game& game)
    : generator(*game.generator, game.options), critic(*game.critic, game.options) {
  initialise(generator, *game.generator, game.seed, Purpose::init_generator);
  initialise(critic, *game.critic, game.seed, Purpose::init_critic);
  generator_moments = Moments(generator.flat, generator.values);
  critic_moments = Moments(critic.flat, critic.values);
  if (game.settings.ema > 0) average = generator.flat.clone();
  first_bad = at::full({}, -1, game.options.dtype(at::kLong));
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    const auto& schema = game.enforcers[e].schema();
    penalty_states.emplace_back();
    weight_states.emplace_back(critic.values.size());
    Draws draws(game.seed, Purpose::enforcer_state, 0, game.options, game.enforcers[e].stream);
    for (const auto& spec : schema.states) {
      const auto begun = [&](const Tensor& like, const Role& role) {
        return first_value(spec, like, role, draws, game.options);
      };
      if (schema.has_penalty) penalty_states[e].all()[spec.name] = begun({}, {});
      for (std::size_t i = 0; schema.has_weight && i < critic.values.size(); ++i)
        weight_states[e][i].all()[spec.name] = begun(critic.values[i], game.critic->parameters()[i].role);
    }
  }
}

Arena Progress::generator_copy(const Game& game, bool averaged) const {
  at::NoGradGuard no_grad;
  Arena copy = generator.copy(*game.generator);
  if (averaged) copy.flat.copy_(average);
  return copy;
}

Arena Progress::critic_copy(const Game& game) const {
  at::NoGradGuard no_grad;
  Arena copy = critic.copy(*game.critic);
  if (!game.maps_weights()) return copy;
  const auto used = effective(game, *this, critic.values);
  for (std::size_t i = 0; i < used.size(); ++i) copy.values[i].copy_(used[i]);
  return copy;
}

StepRecord macro_step(const Game& game, Progress& progress, bool record) {
  StepRecord values;
  Tensor cost;  // of the last updates, for the check of finiteness
  const std::int64_t updates = critic_updates_at(game.settings, progress.step + 1);
  Fakes fakes(game, progress, updates);
  for (std::int64_t i = 1; i <= updates; ++i)
    cost = update_critic(game, progress, fakes, record && i == updates ? &values : nullptr);
  if (!game.fixed_generator()) cost = cost + update_generator(game, progress, record ? &values : nullptr);
  ++progress.step;
  const auto bad = at::isfinite(cost).logical_not().logical_and(progress.first_bad < 0);
  progress.first_bad =
      at::where(bad, at::full({}, progress.step, progress.first_bad.options()), progress.first_bad);
  values.first_bad = progress.first_bad;
  if (!record) return values;
  const auto [least, most] = at::aminmax(progress.critic.flat);
  values.weight_max = at::maximum(most, -least);
  return values;
}

}  // namespace monge::train
