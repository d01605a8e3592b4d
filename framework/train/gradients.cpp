#include "train/gradients.h"

#include <torch/autograd.h>

#include <utility>

#include "train/batches.h"
#include "train/calling.h"
#include "train/draws.h"
#include "train/enforcing.h"
#include "train/forward.h"

namespace monge::train {
namespace {

using torch::autograd::grad;

// The same values apart from any graph, to be kept until the next update.
State detached(State state) {
  for (auto& [name, tensor] : state.all()) tensor = tensor.detach();
  return state;
}

// As `effective`, and `states` advance.
std::vector<Tensor> advanced(const Game& game, const std::vector<Tensor>& parameters,
                             std::vector<std::vector<State>>& states) {
  std::vector<Tensor> mapped = parameters;
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    const auto& enforcer = game.enforcers[e];
    if (!enforcer.schema().has_weight) continue;
    calling(enforcer.plugin.key(), [&] {
      for (std::size_t i = 0; i < mapped.size(); ++i) {
        State state = states[e][i];
        mapped[i] = enforcer.plugin->weight(mapped[i], game.critic->parameters()[i].role, state);
        states[e][i] = detached(std::move(state));
      }
    });
  }
  return mapped;
}

Tensor score(const Game& game, const Batch& batch, at::TensorList parameters, bool masks = false) {
  return forward(
             *game.critic, batch.x,
             {.parameters = parameters, .labels = batch.label, .masks = masks, .bf16 = game.settings.bf16})
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

// Where an enforcer looks at the critic in the current update [P, ...]; undefined when nowhere.
Tensor points_of(const Game& game, const Progress& progress, const BoundEnforcer& enforcer,
                 const Scores& scores, const View& view) {
  if (!enforcer.schema().has_points) return {};
  const auto draws = view.draws(game, Purpose::enforcer, progress.updates, enforcer.stream);
  return train::points_of(enforcer, scores, *draws);
}

}  // namespace

std::vector<Tensor> effective(const Game& game, const Progress& progress,
                              const std::vector<Tensor>& parameters) {
  auto states = progress.weight_states;
  return advanced(game, parameters, states);
}

CriticCost CriticCost::detached() const {
  const auto apart = [](const Tensor& value) { return value.defined() ? value.detach() : value; };
  return {apart(loss), apart(penalty), apart(real), apart(fake), apart(slope)};
}

CriticCost cost_of(const Game& game, Progress& progress, const Scores& scores, const LookAt& look_at,
                   const View& view) {
  CriticCost cost;
  cost.real = scores.real;
  cost.fake = scores.fake;
  cost.loss = calling(game.loss.key(), "critic", [&] { return game.loss->critic(scores); });
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    const auto& enforcer = game.enforcers[e];
    if (!enforcer.schema().has_penalty) continue;
    Look look = look_at(enforcer, points_of(game, progress, enforcer, scores, view));
    look.at = scores;
    State state = progress.penalty_states[e];
    const auto penalty =
        calling(enforcer.plugin.key(), "penalty", [&] { return enforcer.plugin->penalty(look, state); });
    progress.penalty_states[e] = detached(std::move(state));
    cost.penalty = cost.penalty.defined() ? cost.penalty + penalty : penalty;
    if (look.slope.defined()) cost.slope = look.slope;
  }
  return cost;
}

CriticCost critic_cost(const Game& game, Progress& progress, const Batch& real, const Batch& fake,
                       const View& view) {
  const auto parameters = game.maps_weights() ? advanced(game, progress.critic.leaves, progress.weight_states)
                                              : progress.critic.leaves;
  const auto scores = scored(game, real, fake, parameters);
  const auto look_at = [&](const BoundEnforcer& enforcer, const Tensor& x) {
    Look look;
    look.x = x;
    if (!enforcer.reads_score && !enforcer.reads_slope) return look;
    const auto leaf = view.whole(x).requires_grad_(enforcer.reads_slope);
    look.x = view.seen(leaf);
    look.score = score(game, {look.x, point_labels(scores, look.x.size(0))}, parameters,
                       /*masks=*/enforcer.reads_slope);
    if (enforcer.reads_slope) {
      look.slope =
          view.seen(grad({view.whole(look.score).sum()}, {leaf}, {}, true, /*create_graph=*/true)[0]);
    }
    return look;
  };
  return cost_of(game, progress, scores, look_at, view);
}

CriticCost critic_gradient(const Game& game, Progress& progress, const Batch& real, const Batch& fake) {
  const auto cost = critic_cost(game, progress, real, fake);
  gather(grad({cost.total()}, progress.critic.leaves, {}, false, false, /*allow_unused=*/true),
         progress.critic_moments);
  return cost.detached();
}

// Where the loss reads real samples their classes are the fakes' ones, too, as in the critic's turn: a loss
// of pairs would else compare unlike classes in one turn alone.
GeneratorTurn generator_turn(const Game& game, std::int64_t step) {
  GeneratorTurn turn;
  turn.latent = latent_batch(game, Purpose::latent_generator, step);
  if (game.reads.generator_real) turn.real = real_batch(game, Purpose::data_generator, step);
  turn.label = turn.real.label.defined() ? turn.real.label : asked_labels(game, step);
  return turn;
}

Tensor generator_loss(const Game& game, const Progress& progress, const GeneratorTurn& turn) {
  const auto& arena = progress.generator;
  const Batch fake{forward(*game.generator, turn.latent,
                           {.parameters = arena.leaves,
                            .buffers = arena.buffers,
                            .labels = turn.label,
                            .bf16 = game.settings.bf16}),
                   turn.label};
  const auto parameters =
      game.maps_weights() ? effective(game, progress, progress.critic.values) : progress.critic.values;
  Scores scores;
  scores.fake_x = fake.x;
  scores.fake_label = fake.label;
  if (game.reads.generator_real) {
    scores.real_x = turn.real.x;
    scores.label = turn.real.label;
    scores.real = score(game, turn.real, parameters);
  }
  scores.fake = score(game, fake, parameters);
  return calling(game.loss.key(), "generator", [&] { return game.loss->generator(scores); });
}

Tensor generator_gradient(const Game& game, Progress& progress) {
  const auto loss = generator_loss(game, progress, generator_turn(game, progress.step));
  gather(grad({loss}, progress.generator.leaves, {}, false, false, /*allow_unused=*/true),
         progress.generator_moments);
  return loss.detach();
}

}  // namespace monge::train
