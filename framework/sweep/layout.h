// Coordinates of the cells along the axes, as sweep.h5 has them.
#pragma once

#include <string>
#include <vector>

#include "sweep/axis_labels.h"
#include "sweep/experiment.h"
#include "sweep/parsed.h"

namespace monge::sweep {

using Combination = std::vector<std::size_t>;  // index of the alternative on each axis, or `absent`
constexpr std::size_t absent = static_cast<std::size_t>(-1);

struct Point;

/// Fills in the experiment's axes, the cells' coordinates and `full_product`. A coordinate is what the cell
/// came to, so that an override of an axis shows; values that no cell has are left out. `kept` is one for
/// each cell.
void lay_out(const std::vector<GridAxis>& axes, const std::vector<std::string>& names,
             const std::vector<AxisLabels>& labels, const std::vector<Point>& kept, Experiment& experiment);

}  // namespace monge::sweep
