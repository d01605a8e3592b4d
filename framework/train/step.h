// The macro-step: one generator step with the critic updates before it, as one function of arenas, state and
// counter.
#pragma once

#include "train/arena.h"
#include "train/game.h"

namespace monge::train {

/// All of a run that changes while it trains; a snapshot is exactly this.
struct Progress {
  Arena generator, critic;
  Tensor average;  // [size], moving average of the generator's parameters; undefined when ema = 0
  Moments generator_moments, critic_moments;
  std::vector<State> penalty_states;              // one an enforcer
  std::vector<std::vector<State>> weight_states;  // one an enforcer and parameter of the critic
  std::int64_t step = 0;                          // generator steps done
  std::int64_t updates = 0;                       // critic updates done
  Tensor first_bad;  // int64 scalar on the device: the first step with a non-finite loss, or -1

  explicit Progress(const Game& game);  // seeded initial values
  /// A copy of the generator as it is, or with its moving average in place of its parameters.
  Arena generator_copy(const Game& game, bool averaged) const;
  /// A copy of the critic with the weights that its next forward pass uses: every enforcer's map of them,
  /// whose states do not advance.
  Arena critic_copy(const Game& game) const;
};

/// What the last update of each player left, on the device: reduced only where the values would be
/// overwritten, so that every step can afford one. Functions reduce the rest, to 0-dim tensors; undefined
/// where nothing was looked at. Of K runs side by side all have one dimension more, the first.
struct StepRecord {
  Tensor critic_loss, generator_loss;
  Tensor critic_gradient_norm, generator_gradient_norm;
  Tensor real, fake;   // scores [B]
  Tensor own_penalty;  // undefined without penalties
  Tensor slope_norm;   // of each point that an enforcer looked at [P]
  Tensor weight_max;   // the largest of the critic's parameters, by amount
  Tensor first_bad;    // as Progress has it; always there

  Tensor penalty() const { return own_penalty.defined() ? own_penalty : at::zeros_like(critic_loss); }
  Tensor gap() const { return real.mean(-1) - fake.mean(-1); }
  Tensor slope_mean() const { return slope_norm.defined() ? slope_norm.mean(-1) : Tensor(); }
  Tensor slope_max() const { return slope_norm.defined() ? slope_norm.amax(-1) : Tensor(); }
};

/// Advances `progress` by one generator step. No host branch on a tensor's value. Fills the record only when
/// asked.
StepRecord macro_step(const Game& game, Progress& progress, bool record);

}  // namespace monge::train
