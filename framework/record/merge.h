// Lays the same group of many runs out as one group of dense arrays with `run` as the first dimension.
#pragma once

#include <string>
#include <vector>

#include "record/group.h"

namespace monge::record {

/// One run's group; nullptr where the run has none.
struct Part {
  std::string run_id;
  const Group* group = nullptr;
};

/// `axis` is the dimension along which runs have rows of their own (`step`): the result has the sorted union
/// of its coordinates. Other dimensions are as long as in the longest run. What a run lacks is NaN, 0 or "";
/// integers become float64, so that they can lack. A variable whose dimensions differ between runs comes
/// apart as `name` and `name_<last dimension>` (grey and coloured samples). The dimension `run` belongs to
/// the root and is not declared here. Throws Error(Exit::storage) when runs disagree on a type or on an
/// attribute.
Group merge(const std::string& name, const std::string& axis, const std::vector<Part>& parts);

/// (run, axis), truth values: the run has a row there. Where it has none, numbers that are no floats, such as
/// images, have nothing by which one could know. `merged` is what merge() made of the parts.
Variable rows_there(const std::string& name, const Group& merged, const std::string& axis,
                    const std::vector<Part>& parts);

}  // namespace monge::record
