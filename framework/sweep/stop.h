// [[stop]]: rules that end a run as diverged when what it records says so.
//
// A rule compares columns of /train, or values of /eval, with numbers: 'gap < -100 or critic_loss > 1e6'. Of
// the former is 'vanished', of the latter 'collapsed': 0, and 1 once the run has that event ('collapsed ==
// 1'). It acts at the step of the row that it reads. The worker gets it as nested lists, operator first:
// ["any", ["<", "gap", -100.0], [">", "critic_loss", 1e6]]; also "all", "not", "<=", ">=", "==" and "!=".
#pragma once

#include <vector>

#include "sweep/catalogue.h"
#include "sweep/parsed.h"

namespace monge::sweep {

/// Adds `stop` to a cell's configuration where there are rules: a list of {"if", "why", "reads", "rule"},
/// where `reads` is "train" or "eval". Faults: what no run of the cell records, and what is no comparison of
/// numbers.
void add_stops(const std::vector<Rule>& rules, const Catalogue& catalogue, Json& config, Faults& faults);

}  // namespace monge::sweep
