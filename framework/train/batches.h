// What the players are given in their turns: real samples, generated ones and their classes.
#pragma once

#include "train/draws.h"
#include "train/step.h"

namespace monge::train {

/// A batch of the training split, drawn by (purpose, counter).
Batch real_batch(const Game& game, Purpose purpose, std::int64_t counter);

/// Classes for the generator's turn, as frequent as in the data; undefined without a conditional network.
Tensor asked_labels(const Game& game, std::int64_t counter);

/// [B, latent].
Tensor latent_batch(const Game& game, Purpose purpose, std::int64_t counter);

/// What a fixed generator gives for critic update `counter`: samples that are data.
Tensor fixed_batch(const Game& game, std::int64_t counter);

/// The generator's samples for the critic updates of one macro-step, in which it does not change; made
/// without a graph, for as many updates at once as the strategy says.
class Fakes {
 public:
  Fakes(const Game& game, const Progress& progress, std::int64_t updates);

  /// The next update's batch, of the classes `label` [B] where a network is conditional.
  Batch next(const Tensor& label);

 private:
  Tensor made(std::int64_t batches, const Tensor& label) const;

  const Game& game_;
  const Progress& progress_;
  std::int64_t update_, end_;    // counters of critic updates
  std::vector<Tensor> waiting_;  // samples of the updates from `update_`, the next one last
};

}  // namespace monge::train
