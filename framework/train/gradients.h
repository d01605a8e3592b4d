// The gradient of each player's cost with respect to its parameters, laid out in its `Moments`. Two ways to
// the same numbers: autograd for every game, and by hand where the critic's second derivative is known to be
// zero; `Strategy` says which.
#pragma once

#include <functional>

#include "train/step.h"
#include "train/view.h"

namespace monge::train {

/// The critic's tensors as the forward pass sees them: every enforcer's map of `parameters`, in order. States
/// do not advance, which they do in the critic's turn only.
std::vector<Tensor> effective(const Game& game, const Progress& progress,
                              const std::vector<Tensor>& parameters);

/// What the critic's update costs; undefined where nothing was looked at.
struct CriticCost {
  Tensor loss, penalty;  // scalars
  Tensor real, fake;     // scores [B]
  Tensor slope;          // of the last penalty that reads slopes [P, ...]

  Tensor total() const { return penalty.defined() ? loss + penalty : loss; }
  CriticCost detached() const;
};

/// The critic at an enforcer's points `x`, which is undefined where the enforcer looks nowhere.
using LookAt = std::function<Look(const BoundEnforcer& enforcer, const Tensor& x)>;

/// Loss and penalties as functions of `scores` and of what `look_at` gives; penalties' states advance.
CriticCost cost_of(const Game& game, Progress& progress, const Scores& scores, const LookAt& look_at,
                   const View& view = {});

/// What the generator's turn is given; `real` only where its loss reads it.
struct GeneratorTurn {
  Tensor latent, label;
  Batch real;
};
GeneratorTurn generator_turn(const Game& game, std::int64_t step);

/// The costs with their graphs, as functions of the leaves in `progress`; states advance in the critic's.
CriticCost critic_cost(const Game& game, Progress& progress, const Batch& real, const Batch& fake,
                       const View& view = {});
Tensor generator_loss(const Game& game, const Progress& progress, const GeneratorTurn& turn);

/// Returns the cost without its graph.
CriticCost critic_gradient(const Game& game, Progress& progress, const Batch& real, const Batch& fake);
/// Returns the generator's loss.
Tensor generator_gradient(const Game& game, Progress& progress);

namespace by_hand {
// Batches, arenas and moments are whole, what plugins see and keep as their states is seen through `view`.
CriticCost critic_gradient(const Game& game, Progress& progress, const Batch& real, const Batch& fake,
                           const View& view = {});
Tensor generator_gradient(const Game& game, Progress& progress, const GeneratorTurn& turn,
                          const View& view = {});
}  // namespace by_hand

}  // namespace monge::train
