// The built-in losses in all their forms, with the numbers that papers and other people's code give for them.
#pragma once

#include <optional>

#include "verify/trial.h"

namespace monge::verify {

/// d critic() and d generator() by a rise of all fake scores, where all scores are 0.
struct Slopes {
  double critic = 0, generator = 0;
};

struct KnownLoss {
  Json table;
  std::vector<double> real, fake;    // scores
  double critic = 0, generator = 0;  // what the players pay for them
  std::optional<Slopes> slopes;      // nothing where it looks at the samples themselves
  std::string source;

  std::string key() const { return "loss/" + table.at("plugin").get<std::string>(); }
};

const std::vector<KnownLoss>& known_losses();

/// The same of any loss, by differences of its values. Throws conform::Spared where it has no derivative
/// there, or looks at the samples themselves.
Slopes slopes_of(const Loss& loss);

}  // namespace monge::verify
