// Which runs of a sweep were not made by the same code from the same data.
#pragma once

#include <string>
#include <vector>

#include "record/group.h"

namespace monge::report {

/// A plugin, the data, LibTorch or another part of the fingerprints that runs do not have alike.
struct Unlike {
  std::string what;  // "loss/mine", "data", "libtorch"; "the code" where some runs do not say what made them
  int odd = 0, all = 0;    // runs that have it otherwise than most, of those that have it
  std::vector<int> cells;  // of the odd ones, ascending
};

/// Between the runs that are done, be they of one cell or of several: a plugin has one library under its
/// name, a data set of the same settings the same samples. What a run does not use is not compared, nor how
/// it was trained, packed or alone, which is a matter of roundings.
std::vector<Unlike> unlike_code(const record::Group& root);

}  // namespace monge::report
