// Names of axes and of their values, as cells are labelled: `loss=bce enforcer=gradient_penalty(weight=10)`.
#pragma once

#include <string>
#include <vector>

#include "sweep/axis_labels.h"
#include "sweep/catalogue.h"
#include "sweep/parsed.h"

namespace monge::sweep {

struct Point;

/// One name [a-z0-9_]+ for each axis, for sweep.h5: the last part of the key, or all of it where another axis
/// or variable has that name.
std::vector<std::string> axis_names(const std::vector<GridAxis>& axes, const Catalogue& catalogue);

/// A cell by the values that vary, or by its row's label: "loss=bce enforcer=clip", as `config` has them or,
/// where that is null, as they are written. `zips`: the texts that stand for the values of each [[zip]], if
/// any. "" where nothing varies.
std::string point_label(const Point& point, const std::vector<GridAxis>& axes,
                        const std::vector<std::string>& names, const std::vector<AxisLabels>& labels,
                        const std::vector<std::vector<std::string>>& zips, const Json& config);

/// A value as labels and coordinates show it: texts bare, numbers short, lists in brackets.
std::string value_text(const Json& value);

}  // namespace monge::sweep
