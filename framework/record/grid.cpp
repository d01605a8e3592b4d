#include "record/grid.h"

#include <algorithm>
#include <limits>
#include <map>

#include "monge/error.h"
#include "record/access.h"
#include "record/axes.h"
#include "record/series.h"

namespace monge::record {
namespace {

using Json = nlohmann::json;

/// Where the axes' values and the seeds lie: searched once for each run and axis, of which there may be
/// thousands.
std::vector<std::map<Json, std::size_t>> indices_on_axes(const Plan& plan) {
  std::vector<std::map<Json, std::size_t>> indices(plan.axes.size() + 1);
  for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
    const std::vector<Json>& values = plan.axes[axis].values;
    for (std::size_t i = 0; i < values.size(); ++i) indices[axis].emplace(values[i], i);
  }
  for (std::size_t i = 0; i < plan.seeds.size(); ++i) indices.back().emplace(plan.seeds[i], i);
  return indices;
}

/// Where each run lies in an array over the axes and the seeds.
std::vector<std::size_t> places_in_grid(const Plan& plan) {
  const std::vector<std::map<Json, std::size_t>> indices = indices_on_axes(plan);
  const auto index = [&](std::size_t axis, const Json& value, const PlannedRun& run) {
    const auto found = indices[axis].find(value);
    if (found != indices[axis].end()) return found->second;
    throw Error(Exit::storage, "run " + run.id + " has a coordinate that is not on its axis; the table of " +
                                   "runs in sweep.toml was edited");
  };
  std::vector<std::size_t> places;
  places.reserve(plan.runs.size());
  for (const PlannedRun& run : plan.runs) {
    std::size_t place = 0;
    for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
      const Json value = axis < run.coordinates.size() ? run.coordinates[axis] : Json();
      place = place * plan.axes[axis].values.size() + index(axis, value, run);
    }
    places.push_back(place * plan.seeds.size() + index(plan.axes.size(), run.seed, run));
  }
  return places;
}

}  // namespace

Group grid_of(const Plan& plan, const Group& eval) {
  Group grid{"grid", {}, {}, {}, {}};
  std::size_t count = 1;
  for (const Axis& axis : plan.axes) {
    const std::string name = name_of(axis);
    grid.dimensions.push_back({name, axis.values.size()});
    grid.variables.push_back(axis_variable(axis, name, axis.values));
    count *= axis.values.size();
  }
  grid.dimensions.push_back({"seed", plan.seeds.size()});
  grid.variables.push_back({"seed", {"seed"}, plan.seeds, {{"units", "1"}, {"long_name", "seed"}}});
  count *= plan.seeds.size();
  std::vector<std::string> dims;
  for (const Dimension& dimension : grid.dimensions) dims.push_back(dimension.name);
  const std::vector<double> steps = numbers_of(eval, "eval_step");
  const std::vector<std::size_t> places = places_in_grid(plan);
  for (const Variable& metric : eval.variables) {
    if (!is_curve(metric)) continue;
    const std::vector<SeriesSummary> summaries = summarize_runs(steps, metric, plan.runs.size());
    std::vector<double> last(count, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t run = 0; run < summaries.size(); ++run) last.at(places.at(run)) = summaries[run].last;
    const bool taken = std::find(dims.begin(), dims.end(), metric.name) != dims.end();
    grid.variables.push_back({taken ? "last_" + metric.name : metric.name, dims, last, metric.attributes});
  }
  return grid;
}

}  // namespace monge::record
