// Combinations that train, but cannot mean what they say.
#pragma once

#include <string>
#include <vector>

#include "train/game.h"

namespace monge::train {

/// Throws Error(Exit::experiment) for a critic whose samples are coupled under a penalty on single samples'
/// slopes.
void refuse_nonsense(const Game& game);

/// What is odd, a sentence each that begins with the part it is about. `lowest` and `highest`: of the
/// training samples.
std::vector<std::string> warnings_of(const Game& game, double lowest, double highest);

}  // namespace monge::train
