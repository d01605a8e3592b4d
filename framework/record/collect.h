// Merges the runs of a sweep into dense arrays over (run, step): one file in place of thousands.
#pragma once

#include <filesystem>

#include "record/group.h"
#include "record/plan.h"

namespace monge::record {

/// The content of sweep.h5, from `results`/runs/<id>/run.h5 of every planned run.
///
/// Root, on `run`: run_id, cell, cell_id, label, seed, one typed coordinate for each axis of the plan (text,
/// int64, float64, or uint8 with dtype="bool"; "" or NaN where a cell has no such key), status, status_code,
/// status_text, step, seconds, config and fingerprint (JSON), the four plugins also where the plan does not
/// vary them, and last_<metric>, best_<metric>, tail_<metric> of each metric (see series.h).
/// /train (run, step) and /eval (run, eval_step, ...): every variable of the runs over the union of their
/// steps, NaN, 0 or "" where a run has nothing; the run coordinates are repeated. /eval/evaluated tells where
/// that is so. /event: all events with the index of their run. /grid, where the plan is a full product:
/// <metric>(axis..., seed), the last values of runs that are done, NaN for the others, which status_code and
/// step tell; `absent` where there is no run.
///
/// A run without a readable file has status "missing". Sample images beyond 512 MiB stay in the runs' files,
/// and an attribute of /eval says so. Throws Error(Exit::storage) when runs disagree on what a variable is.
Group collect(const Plan& plan, const std::filesystem::path& results);

/// Seals collect() as `results`/sweep.h5 and returns it.
Group collect_to(const Plan& plan, const std::filesystem::path& results);

}  // namespace monge::record
