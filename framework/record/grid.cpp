#include "record/grid.h"

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

/// The values of runs, at their places among `count`; what nobody has is `missing`.
template <class T>
std::vector<T> placed(const std::vector<T>& of_runs, const std::vector<std::size_t>& places,
                      std::size_t count, T missing) {
  std::vector<T> all(count, missing);
  for (std::size_t run = 0; run < of_runs.size(); ++run) all.at(places.at(run)) = of_runs[run];
  return all;
}

}  // namespace

Group grid_of(const Plan& plan, const std::vector<FoundRun>& runs, const Group& root, const Group& eval) {
  Group grid{"grid", {}, {}, {}, {}};
  std::size_t count = 1;
  std::vector<std::string> dims;
  const auto add_axis = [&](const Variable& axis, std::size_t length) {
    grid.dimensions.push_back({axis.name, length});
    grid.variables.push_back(axis);
    dims.push_back(axis.name);
    count *= length;
  };
  for (const Axis& axis : plan.axes)
    add_axis(axis_variable(axis, axis.name, axis.values), axis.values.size());
  add_axis({"seed", {"seed"}, plan.seeds, {{"units", "1"}, {"long_name", "seed"}}}, plan.seeds.size());
  const std::vector<std::size_t> places = places_in_grid(plan);
  for (Variable whole : {status_codes(runs), steps_made(runs)}) {
    std::visit(
        [&]<class T>(std::vector<T>& values) {
          // The code 0 is `done`; of no run there are 0 steps.
          if constexpr (std::is_arithmetic_v<T>)
            values = placed(values, places, count, static_cast<T>(whole.name == "status_code" ? kAbsent : 0));
        },
        whole.values);
    whole.dims = dims;
    grid.variables.push_back(std::move(whole));
  }
  for (const Variable& metric : eval.variables) {
    if (!is_curve(metric, "eval_step")) continue;
    std::vector<double> last = numbers_of(root, "last_" + metric.name);
    for (std::size_t run = 0; run < runs.size(); ++run) {
      if (runs[run].status != "done") last[run] = kNone;
    }
    const bool taken = find_variable(grid, metric.name) != nullptr;
    grid.variables.push_back({taken ? "last_" + metric.name : metric.name, dims,
                              placed(last, places, count, kNone), metric.attributes});
  }
  return grid;
}

}  // namespace monge::record
