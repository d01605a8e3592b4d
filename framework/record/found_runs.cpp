#include "record/found_runs.h"

#include <algorithm>
#include <array>

#include "monge/error.h"
#include "record/access.h"
#include "record/group_file.h"
#include "record/run_file.h"

namespace monge::record {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, kAbsent + 1> statuses = {"done",    "diverged", "failed",      "crashed",
                                                           "timeout", "killed",   "interrupted", "running",
                                                           "missing", "absent"};
constexpr std::size_t most_sample_bytes = std::size_t{512} << 20;

FoundRun find_run(const fs::path& run_h5, const std::string& id, bool with_samples) {
  FoundRun found;
  try {
    if (!is_there(run_h5)) return found;
    // Not its provenance: a patch there of thousands of runs is gigabytes.
    found.group = read(run_h5, [&](std::string_view path) {
      return path != "provenance" && path != "last_steps/" && !path.starts_with("eval/critic_surface") &&
             (with_samples || path != "eval/samples");
    });
  } catch (const Error& error) {
    found.status_text = error.what();
    return found;
  }
  if (const std::string owner = text_of(found.group.attributes, "run_id"); owner != id) {
    found.status_text = of_another_run(run_h5, owner);
    found.group = {};
    return found;
  }
  found.there = true;
  found.status = text_of(found.group.attributes, "status");
  found.status_text = text_of(found.group.attributes, "status_text");
  return found;
}

std::size_t sample_bytes(const FoundRun& found) {
  const Group* eval = find_group(found.group, "eval");
  const Variable* samples = eval == nullptr ? nullptr : find_variable(*eval, "samples");
  return samples == nullptr ? 0 : size(samples->values);
}

void drop_samples(std::vector<FoundRun>& runs) {
  for (FoundRun& found : runs) {
    for (Group& group : found.group.groups) {
      std::erase_if(group.variables, [](const Variable& variable) { return variable.name == "samples"; });
    }
  }
}

}  // namespace

Variable status_codes(const std::vector<FoundRun>& runs) {
  std::vector<std::uint8_t> code, codes;
  std::string meanings;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    codes.push_back(static_cast<std::uint8_t>(i));
    meanings += (i == 0 ? "" : " ") + std::string(statuses[i]);
  }
  for (const FoundRun& found : runs) {
    const auto place = std::find(statuses.begin(), statuses.end(), found.status);
    code.push_back(static_cast<std::uint8_t>(place - statuses.begin()));
  }
  return {"status_code",
          {"run"},
          code,
          {{"long_name", "status as a number"}, {"flag_values", codes}, {"flag_meanings", meanings}}};
}

Variable steps_made(const std::vector<FoundRun>& runs) {
  std::vector<std::int32_t> step;
  for (const FoundRun& found : runs)
    step.push_back(static_cast<std::int32_t>(number_of(found.group.attributes, "step")));
  return {
      "step", {"run"}, step, {{"units", "1"}, {"long_name", "generator steps made, to where it diverged"}}};
}

FoundRuns find_runs(const Plan& plan, const fs::path& results) {
  FoundRuns found;
  for (const PlannedRun& run : plan.runs) {
    found.runs.push_back(find_run(results / "runs" / run.id / "run.h5", run.id, !found.left_out));
    if (!found.left_out && sample_bytes(found.runs.back()) * plan.runs.size() > most_sample_bytes)
      found.left_out = true;
  }
  if (found.left_out) drop_samples(found.runs);
  return found;
}

}  // namespace monge::record
