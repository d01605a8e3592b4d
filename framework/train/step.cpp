#include "train/step.h"

#include <torch/autograd.h>

#include <algorithm>

#include "train/calling.h"
#include "train/draws.h"
#include "train/forward.h"

namespace monge::train {
namespace {

using torch::autograd::grad;

// The enforcer's penalty adds to the critic's loss; `look` is kept for the record.
struct Penalised {
  Tensor cost;
  Look look;
};

Batch real_batch(const Game& game, Purpose purpose, std::int64_t counter) {
  Draws draws(game.seed, purpose, counter, game.options);
  const auto index = draws.index({game.settings.batch_size}, game.data->train.size(0));
  return {normalised(game.data->train.index_select(0, index), game.options),
          game.reads.labels ? game.data->train_label.index_select(0, index) : Tensor()};
}

// Classes for the generator's turn, as frequent as in the data. In the critic's turn a fake sample has the
// class of its real partner, so that a point on the line between them has one, too.
Tensor asked_labels(const Game& game, std::int64_t counter) {
  if (!game.reads.labels) return {};
  Draws draws(game.seed, Purpose::label_generator, counter, game.options);
  const auto& labels = game.data->train_label;
  return labels.index_select(0, draws.index({game.settings.batch_size}, labels.size(0)));
}

Batch fake_batch(const Game& game, const Progress& progress, Purpose purpose, std::int64_t counter,
                 const Tensor& label, at::TensorList parameters) {
  Draws draws(game.seed, purpose, counter, game.options);
  const auto latent = draws.normal({game.settings.batch_size, game.settings.latent});
  return {forward(*game.generator, latent,
                  {.parameters = parameters, .buffers = progress.generator.buffers, .labels = label}),
          label};
}

State detached(State state) {
  for (auto& [name, tensor] : state.all()) tensor = tensor.detach();
  return state;
}

// The critic's tensors as the forward pass sees them: every enforcer's map, in order. States advance in the
// critic's turn only.
std::vector<Tensor> effective(const Game& game, Progress& progress, const std::vector<Tensor>& parameters,
                              bool critics_turn) {
  std::vector<Tensor> mapped = parameters;
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    const auto& enforcer = game.enforcers[e];
    if (!enforcer.schema().has_weight) continue;
    calling(enforcer.plugin.key(), [&] {
      for (std::size_t i = 0; i < mapped.size(); ++i) {
        State state = progress.weight_states[e][i];
        mapped[i] = enforcer.plugin->weight(mapped[i], game.critic->parameters()[i].role, state);
        if (critics_turn) progress.weight_states[e][i] = detached(std::move(state));
      }
    });
  }
  return mapped;
}

Tensor score(const Game& game, const Batch& batch, at::TensorList parameters, bool masks = false) {
  return forward(*game.critic, batch.x, {.parameters = parameters, .labels = batch.label, .masks = masks})
      .squeeze(1);
}

Batch joined(const Batch& a, const Batch& b) {
  return {at::cat({a.x, b.x}), a.label.defined() ? at::cat({a.label, b.label}) : Tensor()};
}

Scores scored(const Game& game, const Batch& real, const Batch& fake, at::TensorList parameters) {
  Scores scores;
  scores.real_x = real.x;
  scores.fake_x = fake.x;
  scores.label = real.label;
  scores.fake_label = fake.label;
  if (game.strategy.joint_batch) {
    const auto both = score(game, joined(real, fake), parameters);
    scores.real = both.narrow(0, 0, real.x.size(0));
    scores.fake = both.narrow(0, real.x.size(0), fake.x.size(0));
  } else {
    scores.real = score(game, real, parameters);
    scores.fake = score(game, fake, parameters);
  }
  return scores;
}

// Points come in whole batches: the nth of a batch has the class of its nth sample.
Tensor point_labels(const Scores& scores, std::int64_t points) {
  return scores.label.defined() ? scores.label.repeat({points / scores.label.size(0)}) : Tensor();
}

Penalised penalise(const Game& game, Progress& progress, std::size_t which, const Scores& scores,
                   at::TensorList parameters) {
  const auto& enforcer = game.enforcers[which];
  const std::string key = enforcer.plugin.key();
  Penalised result;
  result.look.at = scores;
  if (enforcer.schema().has_points) {
    Draws draws(game.seed, Purpose::enforcer, progress.updates, game.options, enforcer.stream);
    result.look.x = calling(key, [&] { return enforcer.plugin->points(scores, draws).detach(); });
  }
  if (enforcer.reads_score || enforcer.reads_slope) {
    result.look.x.requires_grad_(enforcer.reads_slope);
    const Batch points{result.look.x, point_labels(scores, result.look.x.size(0))};
    result.look.score = score(game, points, parameters, /*masks=*/enforcer.reads_slope);
  }
  if (enforcer.reads_slope) {
    result.look.slope = grad({result.look.score.sum()}, {result.look.x}, {}, true, /*create_graph=*/true)[0];
  }
  State state = progress.penalty_states[which];
  result.cost = calling(key, [&] { return enforcer.plugin->penalty(result.look, state); });
  progress.penalty_states[which] = detached(std::move(state));
  return result;
}

void project(const Game& game, Progress& progress, Enforcer::When when) {
  at::NoGradGuard no_grad;
  for (const auto& enforcer : game.enforcers) {
    if (!enforcer.schema().has_project || enforcer.plugin->when() != when) continue;
    calling(enforcer.plugin.key(), [&] {
      for (std::size_t i = 0; i < progress.critic.values.size(); ++i) {
        auto& value = progress.critic.values[i];
        const auto projected = enforcer.plugin->project(value, game.critic->parameters()[i].role);
        if (!projected.is_same(value)) value.copy_(projected);
      }
    });
  }
}

// One sample's norm is over all its dimensions but the first.
void record_slope(const Tensor& slope, StepRecord& record) {
  const auto norm = slope.detach().flatten(1).norm(2, 1);
  record.slope_mean = norm.mean();
  record.slope_max = norm.max();
}

// Returns the update's whole cost, for the check of finiteness.
Tensor update_critic(const Game& game, Progress& progress, StepRecord* record) {
  project(game, progress, Enforcer::When::before);
  const auto real = real_batch(game, Purpose::data_critic, progress.updates);
  Batch fake;
  {
    at::NoGradGuard no_grad;
    fake = fake_batch(game, progress, Purpose::latent_critic, progress.updates, real.label,
                      progress.generator.values);
  }
  const auto parameters = game.maps_weights()
                              ? effective(game, progress, progress.critic.leaves, /*critics_turn=*/true)
                              : progress.critic.leaves;
  const auto scores = scored(game, real, fake, parameters);
  const auto loss = calling(game.loss.key(), [&] { return game.loss->critic(scores); });
  Tensor penalty;
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    if (!game.enforcers[e].schema().has_penalty) continue;
    const auto penalised = penalise(game, progress, e, scores, parameters);
    penalty = penalty.defined() ? penalty + penalised.cost : penalised.cost;
    if (record != nullptr && penalised.look.slope.defined()) record_slope(penalised.look.slope, *record);
  }
  const auto cost = penalty.defined() ? loss + penalty : loss;
  gather(grad({cost}, progress.critic.leaves, {}, false, false, /*allow_unused=*/true),
         progress.critic.values, progress.critic_moments);
  update(game.settings.critic, learning_rate_at(game.settings.critic, progress.step + 1),
         progress.critic.flat, progress.critic_moments);
  project(game, progress, Enforcer::When::after);
  ++progress.updates;
  if (record != nullptr) {
    record->critic_loss = loss.detach();
    record->penalty = penalty.defined() ? penalty.detach() : at::zeros_like(record->critic_loss);
    record->gap = (scores.real.detach().mean() - scores.fake.detach().mean());
    record->critic_gradient_norm = progress.critic_moments.gradient.norm();
  }
  return cost.detach();
}

// Begins at the initial weights, and forgets them fast: the decay grows as (1 + n) / (10 + n) until it is
// `ema`.
void update_average(const Game& game, Progress& progress) {
  if (!progress.average.defined()) return;
  at::NoGradGuard no_grad;
  const auto n = static_cast<double>(progress.step);
  progress.average.lerp_(progress.generator.flat, 1 - std::min(game.settings.ema, (1 + n) / (10 + n)));
}

Tensor update_generator(const Game& game, Progress& progress, StepRecord* record) {
  const auto fake = fake_batch(game, progress, Purpose::latent_generator, progress.step,
                               asked_labels(game, progress.step), progress.generator.leaves);
  const auto parameters = game.maps_weights()
                              ? effective(game, progress, progress.critic.values, /*critics_turn=*/false)
                              : progress.critic.values;
  Scores scores;
  scores.fake_x = fake.x;
  scores.fake_label = fake.label;
  if (game.reads.generator_real) {
    const auto real = real_batch(game, Purpose::data_generator, progress.step);
    scores.real_x = real.x;
    scores.label = real.label;
    scores.real = score(game, real, parameters);
  }
  scores.fake = score(game, fake, parameters);
  const auto loss = calling(game.loss.key(), [&] { return game.loss->generator(scores); });
  gather(grad({loss}, progress.generator.leaves, {}, false, false, /*allow_unused=*/true),
         progress.generator.values, progress.generator_moments);
  update(game.settings.generator, learning_rate_at(game.settings.generator, progress.step + 1),
         progress.generator.flat, progress.generator_moments);
  update_average(game, progress);
  if (record != nullptr) {
    record->generator_loss = loss.detach();
    record->generator_gradient_norm = progress.generator_moments.gradient.norm();
  }
  return loss.detach();
}

}  // namespace

Progress::Progress(const Game& game)
    : generator(*game.generator, game.options), critic(*game.critic, game.options) {
  initialise(generator, *game.generator, game.seed, Purpose::init_generator);
  initialise(critic, *game.critic, game.seed, Purpose::init_critic);
  generator_moments = Moments(generator.flat);
  critic_moments = Moments(critic.flat);
  if (game.settings.ema > 0) average = generator.flat.clone();
  first_bad = at::full({}, -1, game.options.dtype(at::kLong));
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    const auto& schema = game.enforcers[e].schema();
    penalty_states.emplace_back();
    weight_states.emplace_back(critic.values.size());
    Draws draws(game.seed, Purpose::enforcer_state, 0, game.options, game.enforcers[e].stream);
    for (const auto& spec : schema.states) {
      if (schema.has_penalty) penalty_states[e].all()[spec.name] = spec.initial({}, {}, draws);
      for (std::size_t i = 0; schema.has_weight && i < critic.values.size(); ++i) {
        weight_states[e][i].all()[spec.name] =
            spec.initial(critic.values[i], game.critic->parameters()[i].role, draws);
      }
    }
  }
}

Arena Progress::generator_copy(const Game& game, bool averaged) const {
  at::NoGradGuard no_grad;
  Arena copy = generator.copy(*game.generator);
  if (averaged) copy.flat.copy_(average);
  return copy;
}

StepRecord macro_step(const Game& game, Progress& progress, bool record) {
  StepRecord values;
  Tensor cost;
  const std::int64_t updates = critic_updates_at(game.settings, progress.step + 1);
  for (std::int64_t i = 1; i <= updates; ++i) {
    cost = update_critic(game, progress, record && i == updates ? &values : nullptr);
  }
  cost = cost + update_generator(game, progress, record ? &values : nullptr);
  ++progress.step;
  const auto bad = at::isfinite(cost).logical_not().logical_and(progress.first_bad < 0);
  progress.first_bad =
      at::where(bad, at::full({}, progress.step, progress.first_bad.options()), progress.first_bad);
  if (record) values.weight_max = progress.critic.flat.abs().max();
  return values;
}

}  // namespace monge::train
