#include "train/penalty.h"

#include <utility>

#include "train/calling.h"
#include "train/draws.h"

namespace monge::train {

State detached(State state) {
  for (auto& [name, tensor] : state.all()) tensor = tensor.detach();
  return state;
}

Tensor points_of(const Game& game, const Progress& progress, std::size_t which, const Scores& scores) {
  const auto& enforcer = game.enforcers[which];
  if (!enforcer.schema().has_points) return {};
  Draws draws(game.seed, Purpose::enforcer, progress.updates, game.options, enforcer.stream);
  return calling(enforcer.plugin.key(), [&] { return enforcer.plugin->points(scores, draws).detach(); });
}

Tensor penalty_of(const Game& game, Progress& progress, std::size_t which, const Look& look) {
  const auto& enforcer = game.enforcers[which];
  State state = progress.penalty_states[which];
  auto cost = calling(enforcer.plugin.key(), [&] { return enforcer.plugin->penalty(look, state); });
  progress.penalty_states[which] = detached(std::move(state));
  return cost;
}

}  // namespace monge::train
