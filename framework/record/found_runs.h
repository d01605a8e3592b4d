// What the planned runs of a sweep have on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "record/group.h"
#include "record/plan.h"

namespace monge::record {

struct FoundRun {
  Group group;  // without what is for looking into one run: the root's own variables, surfaces, last steps
  std::string status = "missing", status_text;
  bool there = false;
};

struct FoundRuns {
  std::vector<FoundRun> runs;  // one for each planned run
  bool left_out = false;       // sample images, which would be more than 512 MiB
};

/// What status_code is in /grid where the sweep has no run.
inline constexpr std::uint8_t kAbsent = 9;

/// The statuses as numbers, of every run.
Variable status_codes(const std::vector<FoundRun>& runs);
/// Generator steps made, of every run.
Variable steps_made(const std::vector<FoundRun>& runs);

FoundRuns find_runs(const Plan& plan, const std::filesystem::path& results);

}  // namespace monge::record
