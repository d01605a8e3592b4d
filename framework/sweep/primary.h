// The value by which cells are ranked.
#pragma once

#include "sweep/experiment.h"
#include "sweep/faults.h"

namespace monge::sweep {

/// Checks that every cell's metrics report the primary value and that no two report one of the same name;
/// takes what the file left open from the metric: its first value that has a goal, and that goal.
void settle_primary(const Draft& draft, const Catalogue& catalogue, Experiment& experiment, Faults& faults);

}  // namespace monge::sweep
