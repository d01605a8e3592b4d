// One name, one quantity: values of unlike definitions are never compared.
#pragma once

#include <vector>

#include "sweep/experiment.h"
#include "sweep/faults.h"

namespace monge::sweep {

/// A fault for each value that two cells define unlike: by other parameters of its metric, another number of
/// samples or other features. Without it the finished runs could not be collected.
void check_definitions(const Draft& draft, const Catalogue& catalogue, const std::vector<Cell>& cells,
                       Faults& faults);

}  // namespace monge::sweep
