// A run's samples as they change.
#pragma once

#include <string>
#include <vector>

#include "measure/evaluator.h"

namespace monge::worker {

/// A GIF with a frame for each evaluation, evenly chosen where there are more than 64: the grid of images, or
/// for data of two dimensions the generated points (red) among real ones (white) on the critic's surface with
/// level lines, beside the norm of its slope with a line where it is 1. "" where there is nothing to look at.
/// `real`: points [n, D].
std::string animation(const std::vector<measure::Evaluation>& evaluations, const Tensor& real);

}  // namespace monge::worker
