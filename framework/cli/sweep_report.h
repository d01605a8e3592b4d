// What `runner sweep` says before and after the training.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedule/conduct.h"

namespace monge::cli {

struct Ending {
  const schedule::Prepared& prepared;
  const schedule::Work& work;  // as it was before
  const schedule::Summary& summary;
  double seconds = 0;
  const std::vector<std::string>& line;  // the command, as typed
};

/// "clip_vs_gp: 6 cells, 12 runs: 4 done, 8 to do, about 3 min on 2 workers", and a line for stale runs.
std::string outlook(const schedule::Prepared& prepared, const schedule::Work& work);

/// {"event": "plan", ...} with every run's action and reason.
nlohmann::json plan_json(const schedule::Prepared& prepared, const schedule::Work& work);

/// The table of the primary metric, what failed with the last lines of its log, stale runs, and what to type
/// next.
std::string ending_text(const Ending& ending);

/// {"event": "summary", ...} with counts, failures, the path of sweep.h5 and the exit code.
nlohmann::json ending_json(const Ending& ending);

/// The scheduler's word.
Exit ending_exit(const Ending& ending);

}  // namespace monge::cli
