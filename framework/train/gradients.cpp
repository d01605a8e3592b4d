#include "train/gradients.h"

#include <torch/autograd.h>

#include <utility>

#include "train/batches.h"
#include "train/calling.h"
#include "train/forward.h"
#include "train/penalty.h"

namespace monge::train {
namespace {

using torch::autograd::grad;

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

Look looked_at(const Game& game, const BoundEnforcer& enforcer, const Scores& scores, const Tensor& x,
               at::TensorList parameters) {
  Look look;
  look.at = scores;
  look.x = x;
  if (!enforcer.reads_score && !enforcer.reads_slope) return look;
  look.x.requires_grad_(enforcer.reads_slope);
  look.score = score(game, {x, point_labels(scores, x.size(0))}, parameters, /*masks=*/enforcer.reads_slope);
  if (enforcer.reads_slope) look.slope = grad({look.score.sum()}, {x}, {}, true, /*create_graph=*/true)[0];
  return look;
}

}  // namespace

CriticCost critic_gradient(const Game& game, Progress& progress, const Batch& real, const Batch& fake) {
  const auto parameters = game.maps_weights()
                              ? effective(game, progress, progress.critic.leaves, /*critics_turn=*/true)
                              : progress.critic.leaves;
  const auto scores = scored(game, real, fake, parameters);
  CriticCost cost;
  cost.loss = calling(game.loss.key(), [&] { return game.loss->critic(scores); });
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    if (!game.enforcers[e].schema().has_penalty) continue;
    const auto x = points_of(game, progress, e, scores);
    const auto look = looked_at(game, game.enforcers[e], scores, x, parameters);
    const auto penalty = penalty_of(game, progress, e, look);
    cost.penalty = cost.penalty.defined() ? cost.penalty + penalty : penalty;
    if (look.slope.defined()) cost.slope = look.slope.detach();
  }
  gather(grad({cost.total()}, progress.critic.leaves, {}, false, false, /*allow_unused=*/true),
         progress.critic.values, progress.critic_moments);
  cost.loss = cost.loss.detach();
  if (cost.penalty.defined()) cost.penalty = cost.penalty.detach();
  cost.real = scores.real.detach();
  cost.fake = scores.fake.detach();
  return cost;
}

Tensor generator_gradient(const Game& game, Progress& progress) {
  const auto label = asked_labels(game, progress.step);
  const auto latent = latent_batch(game, Purpose::latent_generator, progress.step);
  const Batch fake{
      forward(
          *game.generator, latent,
          {.parameters = progress.generator.leaves, .buffers = progress.generator.buffers, .labels = label}),
      label};
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
  return loss.detach();
}

}  // namespace monge::train
