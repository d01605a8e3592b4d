// The gradients of one player of every run of a pack, as train/gradients.h and train/by_hand.h find a run's.
#pragma once

#include "pack/runs.h"
#include "train/gradients.h"

namespace monge::pack {

/// Leave them in the player's stack. `real` and `fake`: [K, B, ...]; what is returned is [K, ...].
train::CriticCost critic_gradient(Runs& runs, const train::Batch& real, const train::Batch& fake);
Tensor generator_gradient(Runs& runs, const train::GeneratorTurn& turn);

}  // namespace monge::pack
