// How much of a GPU's memory a run takes in a pack, so that a pack is as large as fits from the start. What
// is too large after all is split where it is trained (worker/run_pack).
#pragma once

#include <cstdint>

#include "train/game.h"

namespace monge::pack {

/// Bytes, about: of a run's parameters with what belongs to them, and of all that one of its steps holds at
/// once.
std::int64_t bytes_of_run(const train::Game& game, const train::Strategy& strategy);

/// So many of `slots` runs as `memory` bytes hold, one at least; all where `memory` is 0, which is not known.
std::int64_t slots_within(std::int64_t memory, std::int64_t slots, const train::Game& game);

}  // namespace monge::pack
