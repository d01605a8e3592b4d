// The last values of every metric as arrays over the axes and the seeds, where a sweep is a full product: of
// runs that are done, since others ended where it says nothing of the cell. What became of those is beside
// it.
#pragma once

#include "record/found_runs.h"
#include "record/group.h"
#include "record/plan.h"

namespace monge::record {

/// /grid, from the root's last_<metric> of the curves in `eval`: ds.fid.sel(enforcer="clip").mean("seed").
/// Throws Error(Exit::storage) where a run is on no axis.
Group grid_of(const Plan& plan, const std::vector<FoundRun>& runs, const Group& root, const Group& eval);

}  // namespace monge::record
