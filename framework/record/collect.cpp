#include "record/collect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "monge/error.h"
#include "record/access.h"
#include "record/group_file.h"
#include "record/merge.h"
#include "record/run_file.h"
#include "record/series.h"

namespace monge::record {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_sample_bytes = std::size_t{512} << 20;
constexpr std::array<const char*, 9> statuses = {"done",   "diverged",    "failed",  "crashed", "timeout",
                                                 "killed", "interrupted", "running", "missing"};

/// What one planned run has on disk.
struct Found {
  Group group;
  std::string status = "missing", status_text;
  bool there = false;
};

Found find_run(const fs::path& run_h5, bool with_samples) {
  Found found;
  if (!fs::exists(run_h5)) return found;
  try {
    // Of the root attributes alone: a patch in the provenance of thousands of runs is gigabytes. Surfaces and
    // last steps are to look into one run.
    found.group = read(run_h5, [&](std::string_view path) {
      return path.find('/') != std::string_view::npos && path != "last_steps/" &&
             !path.starts_with("eval/critic_surface") && (with_samples || path != "eval/samples");
    });
  } catch (const Error& error) {
    found.status_text = error.what();
    return found;
  }
  found.there = true;
  found.status = text_of(found.group.attributes, "status");
  found.status_text = text_of(found.group.attributes, "status_text");
  return found;
}

/// The axis as values of one type along `coordinates`: text if any value is text, else truth values if all
/// are.
Values typed(const std::vector<Json>& coordinates) {
  const auto all = [&](auto predicate) {
    return std::all_of(coordinates.begin(), coordinates.end(), predicate);
  };
  if (all([](const Json& value) { return value.is_boolean(); })) {
    std::vector<std::uint8_t> flags;
    for (const Json& value : coordinates) flags.push_back(value.get<bool>() ? 1 : 0);
    return flags;
  }
  if (all([](const Json& value) { return value.is_number() || value.is_boolean() || value.is_null(); })) {
    std::vector<double> numbers;
    for (const Json& value : coordinates) {
      numbers.push_back(value.is_null() ? nan : value.is_boolean() ? value.get<bool>() : value.get<double>());
    }
    return numbers;
  }
  std::vector<std::string> texts;
  for (const Json& value : coordinates) {
    texts.push_back(value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump());
  }
  return texts;
}

Variable axis_variable(const Axis& axis, const std::string& name, const std::string& dim,
                       const std::vector<Json>& coordinates) {
  Variable variable{name, {dim}, typed(coordinates), {{"units", "1"}, {"long_name", axis.key}}};
  if (std::holds_alternative<std::vector<std::uint8_t>>(variable.values)) {
    variable.attributes.emplace_back("dtype", "bool");
  }
  return variable;
}

/// The axis' name, made another where sweep.h5 needs it for itself.
std::string name_of(const Axis& axis) {
  static const std::set<std::string> taken = {"run",     "run_id", "cell",        "cell_id",     "label",
                                              "seed",    "status", "status_code", "status_text", "step",
                                              "seconds", "train",  "eval",        "event",       "grid"};
  return taken.contains(axis.name) ? "param_" + axis.name : axis.name;
}

class Collector {
 public:
  Collector(const Plan& plan, const fs::path& results) : plan_(plan) {
    bool with_samples = true;
    for (const PlannedRun& run : plan.runs) {
      found_.push_back(find_run(results / "runs" / run.id / "run.h5", with_samples));
      if (with_samples && sample_bytes(found_.back()) * plan.runs.size() > most_sample_bytes) {
        with_samples = false;
        left_out_ = true;
      }
    }
    if (left_out_) drop_samples();
  }

  Group collect() {
    Group root;
    root.attributes = {{"format", newest_format},
                       {"title", plan_.name},
                       {"sweep", plan_.name},
                       {"question", plan_.question},
                       {"primary_metric", plan_.primary_metric},
                       {"primary_goal", plan_.primary_goal},
                       {"created", now_iso8601()}};
    root.dimensions = {{"run", plan_.runs.size()}};
    std::vector<std::int32_t> index;
    for (std::size_t i = 0; i < plan_.runs.size(); ++i) index.push_back(static_cast<std::int32_t>(i));
    root.variables = {{"run", {"run"}, index, {{"units", "1"}, {"long_name", "index of the run"}}}};
    const std::vector<Variable> coordinates = run_coordinates();
    add_coordinates(root, coordinates);
    add_status(root);
    Group train = merged("train", "step");
    Group eval = merged("eval", "eval_step");
    if (left_out_)
      eval.attributes.emplace_back("left_out", "samples, for their size: see runs/<run_id>/run.h5");
    add_summaries(root, eval);
    Group grid = plan_.full_product ? grid_of(eval) : Group{};
    add_coordinates(train, coordinates);
    add_coordinates(eval, coordinates);
    root.groups = {std::move(train), std::move(eval), events()};
    if (plan_.full_product) root.groups.push_back(std::move(grid));
    return root;
  }

 private:
  static std::size_t sample_bytes(const Found& found) {
    const Group* eval = find_group(found.group, "eval");
    const Variable* samples = eval == nullptr ? nullptr : find_variable(*eval, "samples");
    return samples == nullptr ? 0 : as_doubles(samples->values).size();
  }

  void drop_samples() {
    for (Found& found : found_) {
      for (Group& group : found.group.groups) {
        std::erase_if(group.variables, [](const Variable& variable) { return variable.name == "samples"; });
      }
    }
  }

  std::vector<Variable> run_coordinates() const {
    std::vector<std::string> run_id, cell_id, label;
    std::vector<std::int32_t> cell;
    std::vector<std::int64_t> seed;
    for (const PlannedRun& run : plan_.runs) {
      run_id.push_back(run.id);
      cell_id.push_back(run.cell_id);
      label.push_back(run.label);
      cell.push_back(static_cast<std::int32_t>(run.cell));
      seed.push_back(run.seed);
    }
    const auto named = [](const char* text) { return Attributes{{"units", "1"}, {"long_name", text}}; };
    std::vector<Variable> variables = {{"run_id", {"run"}, run_id, named("hash of configuration and seed")},
                                       {"cell", {"run"}, cell, named("index of the cell")},
                                       {"cell_id", {"run"}, cell_id, named("hash of the configuration")},
                                       {"label", {"run"}, label, named("the cell's varying parameters")},
                                       {"seed", {"run"}, seed, named("seed")}};
    for (std::size_t axis = 0; axis < plan_.axes.size(); ++axis) {
      std::vector<Json> values;
      for (const PlannedRun& run : plan_.runs) {
        values.push_back(axis < run.coordinates.size() ? run.coordinates[axis] : Json());
      }
      variables.push_back(axis_variable(plan_.axes[axis], name_of(plan_.axes[axis]), "run", values));
    }
    return variables;
  }

  /// xarray makes coordinates of the variables that the attribute `coordinates` names.
  static void add_coordinates(Group& group, const std::vector<Variable>& coordinates) {
    std::string names;
    for (const Variable& coordinate : coordinates) {
      if (find_variable(group, coordinate.name) != nullptr) continue;
      names += (names.empty() ? "" : " ") + coordinate.name;
      group.variables.push_back(coordinate);
    }
    group.attributes.emplace_back("coordinates", names);
  }

  void add_status(Group& root) const {
    std::vector<std::string> status, status_text;
    std::vector<std::uint8_t> code, codes;
    std::vector<std::int32_t> step;
    std::vector<double> seconds;
    std::string meanings;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      codes.push_back(static_cast<std::uint8_t>(i));
      meanings += (i == 0 ? "" : " ") + std::string(statuses[i]);
    }
    for (const Found& found : found_) {
      status.push_back(found.status);
      status_text.push_back(found.status_text);
      const auto place = std::find(statuses.begin(), statuses.end(), found.status);
      code.push_back(static_cast<std::uint8_t>(place - statuses.begin()));
      step.push_back(static_cast<std::int32_t>(number_of(found.group.attributes, "step")));
      const Group* train = find_group(found.group, "train");
      const std::vector<double> clock =
          train == nullptr ? std::vector<double>{} : numbers_of(*train, "seconds");
      seconds.push_back(clock.empty() ? nan : clock.back());
    }
    root.variables.push_back({"status", {"run"}, status, {{"long_name", "how the run ended"}}});
    root.variables.push_back(
        {"status_code",
         {"run"},
         code,
         {{"long_name", "status as a number"}, {"flag_values", codes}, {"flag_meanings", meanings}}});
    root.variables.push_back({"status_text", {"run"}, status_text, {{"long_name", "why it ended so"}}});
    root.variables.push_back(
        {"step", {"run"}, step, {{"units", "1"}, {"long_name", "generator steps made"}}});
    root.variables.push_back(
        {"seconds",
         {"run"},
         seconds,
         {{"units", "s"}, {"long_name", "time of training"}, {"volatile", std::int64_t{1}}}});
  }

  Group merged(const std::string& name, const std::string& axis) const {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      parts.push_back({plan_.runs[i].id, found_[i].there ? find_group(found_[i].group, name) : nullptr});
    }
    return merge(name, axis, parts);
  }

  void add_summaries(Group& root, const Group& eval) const {
    const std::vector<double> steps = numbers_of(eval, "eval_step");
    for (const Variable& metric : eval.variables) {
      if (!is_curve(metric)) continue;
      const std::string goal = text_of(metric.attributes, "goal");
      std::vector<double> last, best, tail;
      const auto& values = std::get<std::vector<double>>(metric.values);
      for (std::size_t run = 0; run < found_.size(); ++run) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(run * steps.size());
        const auto end = begin + static_cast<std::ptrdiff_t>(steps.size());
        const SeriesSummary summary = summarize(steps, {begin, end}, goal);
        last.push_back(summary.last);
        best.push_back(summary.best);
        tail.push_back(summary.tail);
      }
      const auto add = [&](const std::string& prefix, const std::vector<double>& values_of,
                           const char* rule) {
        Variable variable{prefix + metric.name, {"run"}, values_of, metric.attributes};
        set_attribute(variable.attributes, "rule", rule);
        root.variables.push_back(std::move(variable));
      };
      add("last_", last, "at the last evaluation");
      if (goal == "min" || goal == "max") add("best_", best, "best of all evaluations by goal");
      add("tail_", tail, "mean over the evaluations in the last tenth of the steps");
    }
  }

  static bool is_curve(const Variable& variable) {
    return variable.dims == std::vector<std::string>{"run", "eval_step"} && !is_volatile(variable) &&
           std::holds_alternative<std::vector<double>>(variable.values);
  }

  Group events() const {
    std::vector<std::int32_t> run;
    std::vector<double> step;
    std::vector<std::string> kind, text;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const Group* event = find_group(found_[i].group, "event");
      if (event == nullptr) continue;
      std::vector<double> steps = numbers_of(*event, "event_step");
      std::vector<std::string> kinds = texts_of(*event, "event_kind"), texts = texts_of(*event, "event_text");
      steps.resize(length_of(*event, "event"), nan);
      kinds.resize(steps.size());
      texts.resize(steps.size());
      run.insert(run.end(), steps.size(), static_cast<std::int32_t>(i));
      step.insert(step.end(), steps.begin(), steps.end());
      kind.insert(kind.end(), kinds.begin(), kinds.end());
      text.insert(text.end(), texts.begin(), texts.end());
    }
    const auto named = [](const char* meaning) { return Attributes{{"long_name", meaning}}; };
    Group group{"event", {}, {{"event", run.size()}}, {}, {}};
    group.variables = {{"event_run", {"event"}, run, named("index of the run")},
                       {"event_step", {"event"}, step, named("generator steps made")},
                       {"event_kind", {"event"}, kind, named("kind of event")},
                       {"event_text", {"event"}, text, named("what happened")}};
    return group;
  }

  /// Last values of every metric as an array over the axes: ds.fid.sel(enforcer="clip").mean("seed").
  Group grid_of(const Group& eval) const {
    Group grid{"grid", {}, {}, {}, {}};
    std::size_t count = 1;
    for (const Axis& axis : plan_.axes) {
      const std::string name = name_of(axis);
      grid.dimensions.push_back({name, axis.values.size()});
      grid.variables.push_back(axis_variable(axis, name, name, axis.values));
      count *= axis.values.size();
    }
    grid.dimensions.push_back({"seed", plan_.seeds.size()});
    grid.variables.push_back({"seed", {"seed"}, plan_.seeds, {{"units", "1"}, {"long_name", "seed"}}});
    count *= plan_.seeds.size();
    std::vector<std::string> dims;
    for (const Dimension& dimension : grid.dimensions) dims.push_back(dimension.name);
    const std::vector<double> steps = numbers_of(eval, "eval_step");
    const std::vector<std::size_t> places = places_in_grid();
    for (const Variable& metric : eval.variables) {
      if (!is_curve(metric)) continue;
      const auto& values = std::get<std::vector<double>>(metric.values);
      std::vector<double> last(count, nan);
      for (std::size_t run = 0; run < plan_.runs.size(); ++run) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(run * steps.size());
        const auto end = begin + static_cast<std::ptrdiff_t>(steps.size());
        last.at(places[run]) = summarize(steps, {begin, end}, "").last;
      }
      const bool taken = std::find(dims.begin(), dims.end(), metric.name) != dims.end();
      grid.variables.push_back({taken ? "last_" + metric.name : metric.name, dims, last, metric.attributes});
    }
    return grid;
  }

  /// Where the axes' values and the seeds lie: searched once for each run and axis, of which there may be
  /// thousands.
  std::vector<std::map<Json, std::size_t>> indices_on_axes() const {
    std::vector<std::map<Json, std::size_t>> indices(plan_.axes.size() + 1);
    for (std::size_t axis = 0; axis < plan_.axes.size(); ++axis) {
      const std::vector<Json>& values = plan_.axes[axis].values;
      for (std::size_t i = 0; i < values.size(); ++i) indices[axis].emplace(values[i], i);
    }
    for (std::size_t i = 0; i < plan_.seeds.size(); ++i) indices.back().emplace(plan_.seeds[i], i);
    return indices;
  }

  /// Where each run lies in an array over the axes and the seeds.
  std::vector<std::size_t> places_in_grid() const {
    const std::vector<std::map<Json, std::size_t>> indices = indices_on_axes();
    const auto index = [&](std::size_t axis, const Json& value, const PlannedRun& run) {
      const auto found = indices[axis].find(value);
      if (found != indices[axis].end()) return found->second;
      throw Error(Exit::storage, "run " + run.id +
                                     " has a coordinate that is not on its axis; the table of " +
                                     "runs in sweep.toml was edited");
    };
    std::vector<std::size_t> places;
    places.reserve(plan_.runs.size());
    for (const PlannedRun& run : plan_.runs) {
      std::size_t place = 0;
      for (std::size_t axis = 0; axis < plan_.axes.size(); ++axis) {
        const Json value = axis < run.coordinates.size() ? run.coordinates[axis] : Json();
        place = place * plan_.axes[axis].values.size() + index(axis, value, run);
      }
      places.push_back(place * plan_.seeds.size() + index(plan_.axes.size(), run.seed, run));
    }
    return places;
  }

  const Plan& plan_;
  std::vector<Found> found_;  // one for each planned run
  bool left_out_ = false;
};

}  // namespace

Group collect(const Plan& plan, const fs::path& results) { return Collector(plan, results).collect(); }

void collect_to(const Plan& plan, const fs::path& results) {
  seal(results / "sweep.h5", collect(plan, results), Compression::gzip);
}

}  // namespace monge::record
