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

/// Samples made by the generator as it is, without a graph.
Batch fake_batch(const Game& game, const Progress& progress, Purpose purpose, std::int64_t counter,
                 const Tensor& label);

}  // namespace monge::train
