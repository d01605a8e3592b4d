// A sweep's axes as variables of sweep.h5.
#pragma once

#include <string>
#include <vector>

#include "record/group.h"
#include "record/plan.h"

namespace monge::record {

/// `coordinates` on the axis as values of one type along `dim`: text if any value is text, else truth values
/// if all are, else integers if all are, else float64.
Variable axis_variable(const Axis& axis, const std::string& dim,
                       const std::vector<nlohmann::json>& coordinates);

}  // namespace monge::record
