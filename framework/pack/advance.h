// The macro-step of all runs of a pack.
#pragma once

#include "pack/runs.h"

namespace monge::pack {

/// The device's part of a step of every run, its `updates` of the critic first, to the numbers that
/// train::macro_step() gives it alone, up to rounding: it reads and writes nothing of the host's.
void advance(Runs& runs, std::int64_t updates);

}  // namespace monge::pack
