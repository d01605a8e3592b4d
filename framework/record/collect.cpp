#include "record/collect.h"

#include "record/access.h"
#include "record/axes.h"
#include "record/found_runs.h"
#include "record/grid.h"
#include "record/group_file.h"
#include "record/merge.h"
#include "record/run_file.h"
#include "record/series.h"

namespace monge::record {
namespace {

using Json = nlohmann::json;

std::vector<Variable> run_coordinates(const Plan& plan) {
  std::vector<std::string> run_id, cell_id, label;
  std::vector<std::int32_t> cell;
  std::vector<std::int64_t> seed;
  for (const PlannedRun& run : plan.runs) {
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
  for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
    std::vector<Json> values;
    for (const PlannedRun& run : plan.runs) {
      values.push_back(axis < run.coordinates.size() ? run.coordinates[axis] : Json());
    }
    variables.push_back(axis_variable(plan.axes[axis], "run", values));
  }
  return variables;
}

/// xarray makes coordinates of the variables that the attribute `coordinates` names.
void add_coordinates(Group& group, const std::vector<Variable>& coordinates) {
  std::string names;
  for (const Variable& coordinate : coordinates) {
    if (find_variable(group, coordinate.name) != nullptr) continue;
    names += (names.empty() ? "" : " ") + coordinate.name;
    group.variables.push_back(coordinate);
  }
  group.attributes.emplace_back("coordinates", names);
}

// So that sweep.h5 says by itself what all runs were trained with, and by which code.
void add_origins(Group& root, const std::vector<FoundRun>& runs) {
  for (const auto& [name, meaning] : {std::pair{"config", "resolved configuration, JSON"},
                                      std::pair{"fingerprint", "code and data that made it, JSON"}}) {
    std::vector<std::string> texts;
    for (const FoundRun& found : runs) texts.push_back(text_of(found.group, name));
    root.variables.push_back({name, {"run"}, texts, {{"long_name", meaning}}});
  }
}

std::string plugin_of(const Json& part) {
  if (!part.is_array()) return part.is_object() ? part.value("plugin", "") : "";
  std::string names;
  for (const Json& one : part) names += (names.empty() ? "" : " + ") + plugin_of(one);
  return names;
}

// Those that the grid does not vary, too: tables of several sweeps are then laid side by side.
void add_plugins(Group& root) {
  std::vector<Json> configs;
  for (const std::string& config : texts_of(root, "config"))
    configs.push_back(Json::parse(config, nullptr, false));
  for (const char* kind : {"loss", "enforcer", "architecture", "dataset"}) {
    if (find_variable(root, kind) != nullptr) continue;  // an axis
    std::vector<std::string> names;
    for (const Json& config : configs)
      names.push_back(config.is_object() ? plugin_of(config.value(kind, Json())) : "");
    root.variables.push_back({kind, {"run"}, names, {{"long_name", "plugin of every run that has begun"}}});
  }
}

void add_status(Group& root, const std::vector<FoundRun>& runs) {
  std::vector<std::string> status, status_text;
  std::vector<double> seconds;
  for (const FoundRun& found : runs) {
    status.push_back(found.status);
    status_text.push_back(found.status_text);
    const Group* train = find_group(found.group, "train");
    const std::vector<double> clock =
        train == nullptr ? std::vector<double>{} : numbers_of(*train, "seconds");
    seconds.push_back(clock.empty() ? kNone : clock.back());
  }
  root.variables.push_back({"status", {"run"}, status, {{"long_name", "how the run ended"}}});
  root.variables.push_back(status_codes(runs));
  root.variables.push_back({"status_text", {"run"}, status_text, {{"long_name", "why it ended so"}}});
  root.variables.push_back(steps_made(runs));
  root.variables.push_back(
      {"seconds",
       {"run"},
       seconds,
       {{"units", "s"}, {"long_name", "time of training"}, {"volatile", std::int64_t{1}}}});
}

std::vector<Part> parts_of(const std::string& name, const Plan& plan, const std::vector<FoundRun>& runs) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    parts.push_back({plan.runs[i].id, runs[i].there ? find_group(runs[i].group, name) : nullptr});
  }
  return parts;
}

Group evaluations(const Plan& plan, const std::vector<FoundRun>& runs) {
  const std::vector<Part> parts = parts_of("eval", plan, runs);
  Group eval = merge("eval", "eval_step", parts);
  if (find_variable(eval, "evaluated") != nullptr) return eval;  // a metric's
  eval.variables.push_back(rows_there("evaluated", eval, "eval_step", parts));
  set_attribute(eval.variables.back().attributes, "long_name",
                "the run has an evaluation at this step; elsewhere samples are 0, metrics NaN");
  return eval;
}

void add_summaries(Group& root, const Group& eval, std::size_t runs) {
  const std::vector<double> steps = numbers_of(eval, "eval_step");
  for (const Variable& metric : eval.variables) {
    if (!is_curve(metric, "eval_step")) continue;
    const std::string goal = text_of(metric.attributes, "goal");
    const std::vector<SeriesSummary> summaries = summarize_runs(steps, metric, runs);
    const auto add = [&](const std::string& prefix, double SeriesSummary::*part, const char* rule) {
      std::vector<double> values;
      for (const SeriesSummary& summary : summaries) values.push_back(summary.*part);
      Variable variable{prefix + metric.name, {"run"}, values, metric.attributes};
      set_attribute(variable.attributes, "rule", rule);
      root.variables.push_back(std::move(variable));
    };
    add("last_", &SeriesSummary::last, "at the last evaluation");
    if (goal == "min" || goal == "max") add("best_", &SeriesSummary::best, "best of all evaluations by goal");
    add("tail_", &SeriesSummary::tail,
        "mean over the evaluations in the last tenth of the steps up to the last one evaluated");
  }
}

Group events(const std::vector<FoundRun>& runs) {
  std::vector<std::int32_t> run;
  std::vector<double> step;
  std::vector<std::string> kind, text;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Group* event = find_group(runs[i].group, "event");
    if (event == nullptr) continue;
    std::vector<double> steps = numbers_of(*event, "event_step");
    std::vector<std::string> kinds = texts_of(*event, "event_kind"), texts = texts_of(*event, "event_text");
    steps.resize(length_of(*event, "event"), kNone);
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

}  // namespace

Group collect(const Plan& plan, const std::filesystem::path& results) {
  const auto [runs, left_out] = find_runs(plan, results);
  Group root;
  root.attributes = {{"format", newest_format},
                     {"title", plan.name},
                     {"sweep", plan.name},
                     {"question", plan.question},
                     {"primary_metric", plan.primary_metric},
                     {"primary_goal", plan.primary_goal},
                     {"created", now_iso8601()}};
  root.dimensions = {{"run", plan.runs.size()}};
  std::vector<std::int32_t> index;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) index.push_back(static_cast<std::int32_t>(i));
  root.variables = {{"run", {"run"}, index, {{"units", "1"}, {"long_name", "index of the run"}}}};
  const std::vector<Variable> coordinates = run_coordinates(plan);
  add_coordinates(root, coordinates);
  add_status(root, runs);
  add_origins(root, runs);
  add_plugins(root);
  Group train = merge("train", "step", parts_of("train", plan, runs));
  Group eval = evaluations(plan, runs);
  if (left_out) eval.attributes.emplace_back("left_out", "samples, for their size: see runs/<run_id>/run.h5");
  add_summaries(root, eval, runs.size());
  Group grid = plan.full_product ? grid_of(plan, runs, root, eval) : Group{};
  add_coordinates(train, coordinates);
  add_coordinates(eval, coordinates);
  root.groups = {std::move(train), std::move(eval), events(runs)};
  if (plan.full_product) root.groups.push_back(std::move(grid));
  return root;
}

Group collect_to(const Plan& plan, const std::filesystem::path& results) {
  Group sweep = collect(plan, results);
  seal(results / "sweep.h5", sweep, Compression::gzip);
  return sweep;
}

}  // namespace monge::record
