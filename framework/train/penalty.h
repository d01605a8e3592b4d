// The calls of an enforcer's penalty, whichever way its slopes are differentiated.
#pragma once

#include "train/step.h"

namespace monge::train {

/// Where enforcer `which` looks at the critic in the current update [P, ...]; undefined when nowhere.
Tensor points_of(const Game& game, const Progress& progress, std::size_t which, const Scores& scores);

/// What the critic pays for `look`; the penalty's state advances.
Tensor penalty_of(const Game& game, Progress& progress, std::size_t which, const Look& look);

/// The same values apart from any graph, to be kept until the next update.
State detached(State state);

}  // namespace monge::train
