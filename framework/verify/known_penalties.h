// The built-in penalties on a critic's slope, by their papers' formulas.
#pragma once

#include <functional>
#include <optional>

#include "verify/trial.h"

namespace monge::verify {

struct KnownPenalty {
  std::string name;
  Json table;
  std::function<double(double)> cost, steepness;  // of a slope s, and its derivative
  /// Of cost at s = 0, where a Dirac-GAN rests; nothing where the penalty pulls away from there.
  std::optional<double> curvature;
  std::string source;
};

const std::vector<KnownPenalty>& known_penalties();

/// weight (s - target)^2 at points chosen by `where`.
Json gradient_penalty(const char* where, double weight, double target);

}  // namespace monge::verify
