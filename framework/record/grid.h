// The last values of every metric as arrays over the axes and the seeds, where a sweep is a full product.
#pragma once

#include "record/group.h"
#include "record/plan.h"

namespace monge::record {

/// /grid: ds.fid.sel(enforcer="clip").mean("seed"). Throws Error(Exit::storage) where a run is on no axis.
Group grid_of(const Plan& plan, const Group& eval);

}  // namespace monge::record
