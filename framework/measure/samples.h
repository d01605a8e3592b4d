// Samples to measure and to look at.
#pragma once

#include <utility>

#include "measure/evaluator.h"

namespace monge::measure {

/// `count` held-out real samples and their classes, the same at every evaluation of a seed: [count, ...] in
/// the run's precision. Throws Error(Exit::experiment) when the data holds fewer.
train::Batch held_out(const train::Game& game, std::int64_t count);

/// Two disjoint samples of `count` held-out real ones each, the same for all seeds; at least twice `count`
/// are held out.
std::pair<train::Batch, train::Batch> held_out_twice(const train::Game& game, std::int64_t count);

/// `count` samples of the generator with its running averages: [count, ...]; of the classes `label` [count]
/// where it is conditional.
Tensor generate(const train::Game& game, const train::Arena& generator, train::Purpose purpose,
                std::int64_t counter, std::int64_t count, const Tensor& label);
/// Those of `latent` [n, latent].
Tensor generate(const train::Game& game, const train::Arena& generator, const Tensor& latent,
                const Tensor& label);

/// Samples that an evaluation holds against each other: `count` held-out real ones and as many of the
/// generator, of the same classes where it is conditional (their labels are undefined otherwise).
struct Compared {
  train::Batch real, fake;
};
Compared compared_at(const train::Game& game, const train::Arena& generator, std::int64_t step,
                     std::int64_t count);

/// Slope of the optimal critic at each of the samples that `generate` gives of a fixed generator [count,
/// ...]; undefined where the data do not know it.
Tensor optimal_slope(const train::Game& game, train::Purpose purpose, std::int64_t counter,
                     std::int64_t count);

/// The classes that training samples have, in order: [C] int64, of those that the data's labels may name
/// (`digits = [7]`). {0} without labels.
Tensor classes_of(const train::Game& game);

/// Adds 64 fixed-latent samples as an 8x8 image grid (of a conditional generator 8 of each class, a row a
/// class), or 1,024 as points when the data is no image.
void add_samples(const train::Game& game, const train::Arena& generator, Evaluation& result);

/// [n, C, H, W] in `range` -> [rows (H + 2) + 2, 8 (W + 2) + 2, C] uint8: eight in a row, a dark frame of two
/// pixels between. Of other than 1 or 3 channels the first is shown, as grey.
Tensor image_grid(const Tensor& samples, Range range);

}  // namespace monge::measure
