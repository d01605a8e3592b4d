// What is known of the runs of a worker that has died.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "schedule/fate.h"
#include "schedule/worker.h"

namespace monge::schedule {

/// One for each run that it held, in their order. `lost`: the runs that a worker has been lost with before,
/// through no fault of theirs; those of now are added.
std::vector<Deceased> inquest(const Worker& worker, const Death& death, bool stopping,
                              std::set<std::string>& lost);

}  // namespace monge::schedule
