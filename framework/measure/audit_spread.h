// How widely generated samples spread: what tells a collapsed generator.
#pragma once

#include "train/game.h"

namespace monge::measure {

/// Variance of the samples `fake` over that of `real`, each the mean squared distance from the mean: of all
/// samples, or of their class where `label` is defined. NaN where the real ones do not vary.
double variance_ratio(const Tensor& real, const Tensor& fake, const Tensor& label);

/// Entropy of the histogram of the modes [M, D] nearest to each sample, over log M: from 0 (one mode) to 1
/// (all alike). NaN where modes are unknown (undefined), fewer than two, or a sample is not finite.
double mode_entropy(const Tensor& fake, const Tensor& modes);

}  // namespace monge::measure
