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
};

/// Numbers of the last update of each player, 0-dim tensors on the device; undefined where nothing was looked
/// at.
struct StepRecord {
  Tensor critic_loss, generator_loss, penalty, gap;
  Tensor critic_gradient_norm, generator_gradient_norm;
  Tensor slope_mean, slope_max;
  Tensor weight_max;
};

/// Advances `progress` by one generator step. No host branch on a tensor's value. Fills the record only when
/// asked.
StepRecord macro_step(const Game& game, Progress& progress, bool record);

}  // namespace monge::train
