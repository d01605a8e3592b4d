// Scores and slopes of a critic at given points, from a copy of its effective weights.
#pragma once

#include <monge/tensor.h>

#include <vector>

#include "train/arena.h"
#include "train/game.h"

namespace monge::measure {

/// Scores [n] of the samples `at`, as training sees them. A critic with batch norm is asked in whole batches
/// of train.batch_size (of all samples, where there are fewer), by the statistics of each batch: then n may
/// be smaller than the number of samples.
Tensor scores(const train::Game& game, const train::Arena& critic, const train::Batch& at);

/// The critic at points that it judges one by one.
struct Looked {
  Tensor score;     // [n]
  Tensor slope;     // norm of each sample's gradient over all its dimensions but the first [n]
  Tensor gradient;  // [n, ...]
  /// Of each layer of `layer_names` (audit_layers.h) the norm of a sample's gradient by what enters it, on
  /// average over the samples [layers] (Gulrajani et al. 2017, fig. 1b); of a first layer the slope's mean.
  /// Undefined unless asked for, and without layers that have parameters.
  Tensor by_layer;
};
/// For a critic that does not couple the samples of a batch.
Looked look(const train::Game& game, const train::Arena& critic, const train::Batch& at,
            bool by_layer = false);

/// The largest |D(a) - D(b)| / |a - b| over all pairs of samples; of one class only, where the critic is told
/// classes. Left out are pairs nearer to each other than a thousandth of the largest distance, whose ratio
/// would be rounding. NaN without a pair, and where a score is not finite.
double steepest_pair(const train::Batch& at, const Tensor& score, bool conditional);

/// Points on lines between the nth real and the nth fake sample (Gulrajani et al. 2017, alg. 1), t in [0, 1).
Tensor between(const Tensor& real, const Tensor& fake, Draw& draw);

/// As many points far off the data as `real` has samples: its mean plus three times its standard deviation
/// (the root of the variance's mean over all dimensions) times N(0, 1).
Tensor far_from(const Tensor& real, Draw& draw);

}  // namespace monge::measure
