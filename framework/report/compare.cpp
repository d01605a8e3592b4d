#include "report/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>

#include "monge/error.h"
#include "record/access.h"
#include "record/group_file.h"
#include "record/series.h"
#include "report/format.h"
#include "report/own_label.h"

namespace monge::report {
namespace {

using record::Group;
using record::kNone;
using record::SeriesSummary;
using record::Variable;

const std::set<std::string> training_metrics = {"critic_loss", "gap"};

Spread spread_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return {kNone, kNone, kNone, 0};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back(), static_cast<int>(values.size())};
}

/// The axes: those run coordinates that collect() does not write for every sweep.
std::vector<std::string> parameters_of(const Group& root) {
  std::istringstream names(record::text_of(root.attributes, "coordinates"));
  std::vector<std::string> parameters;
  for (std::string name; names >> name;) {
    const bool common =
        name == "run_id" || name == "cell" || name == "cell_id" || name == "label" || name == "seed";
    if (!common && record::find_variable(root, name) != nullptr) parameters.push_back(name);
  }
  return parameters;
}

nlohmann::json parameter_of(const Variable& variable, std::size_t run) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&variable.values)) {
    if (texts->at(run).empty()) return {};
    return texts->at(run);
  }
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&variable.values))
    return integers->at(run);
  const double value = record::as_doubles(variable.values).at(run);
  if (record::text_of(variable.attributes, "dtype") == "bool") return value != 0;
  if (std::isnan(value)) return {};
  return value;
}

void add_parameters(const Group& root, const std::vector<std::string>& names, std::size_t run,
                    CellResult& cell) {
  std::vector<Told> told;
  for (const std::string& name : names) {
    const Variable& variable = *record::find_variable(root, name);
    cell.parameters.push_back(parameter_of(variable, run));
    told.push_back(
        {name, record::text_of(variable.attributes, "long_name"), parameter_text(cell.parameters.back())});
  }
  cell.own_label = own_label(cell.label, told);
}

/// One curve of every run, summed up.
struct Curves {
  Metric metric;
  std::vector<SeriesSummary> runs;
};

void add_curves(const Group& root, const std::string& name, const std::string& axis,
                std::vector<Curves>& out) {
  const Group* group = record::find_group(root, name);
  if (group == nullptr) return;
  const std::vector<double> steps = record::numbers_of(*group, axis);
  if (steps.empty()) return;
  for (const Variable& variable : group->variables) {
    const bool evaluated = name == "eval";
    if (!record::is_curve(variable, axis) || (!evaluated && !training_metrics.contains(variable.name)))
      continue;
    Curves curves{{variable.name, record::text_of(variable.attributes, "units"),
                   record::text_of(variable.attributes, "goal"), evaluated,
                   record::number_of(variable.attributes, "samples"),
                   record::text_of(variable.attributes, "extractor")},
                  {}};
    curves.runs = record::summarize_runs(steps, variable, record::length_of(root, "run"));
    out.push_back(std::move(curves));
  }
}

CellResult::Values values_of(const Curves& curves, const std::vector<std::size_t>& done) {
  std::vector<double> last, best, tail;
  for (const std::size_t run : done) {
    last.push_back(curves.runs.at(run).last);
    best.push_back(curves.runs.at(run).best);
    tail.push_back(curves.runs.at(run).tail);
  }
  return {spread_of(last), spread_of(best), spread_of(tail)};
}

/// Cells without a value come last, in their order.
void sort_by_primary(Comparison& comparison) {
  const auto metric = std::find_if(comparison.metrics.begin(), comparison.metrics.end(),
                                   [&](const Metric& m) { return m.name == comparison.primary_metric; });
  if (metric == comparison.metrics.end()) return;
  const auto index = static_cast<std::size_t>(metric - comparison.metrics.begin());
  const double sign = comparison.primary_goal == "max" ? -1 : 1;
  const auto key = [&](const CellResult& cell) {
    const double median = cell.metrics[index].last.median;
    return std::isnan(median) ? std::numeric_limits<double>::infinity() : sign * median;
  };
  std::stable_sort(comparison.cells.begin(), comparison.cells.end(),
                   [&](const CellResult& a, const CellResult& b) { return key(a) < key(b); });
}

void add_cells(const Group& root, const std::vector<Curves>& curves, Comparison& comparison) {
  const auto cells = record::numbers_of(root, "cell"), seeds = record::numbers_of(root, "seed");
  const auto ids = record::texts_of(root, "run_id"), cell_ids = record::texts_of(root, "cell_id");
  const auto labels = record::texts_of(root, "label"), status = record::texts_of(root, "status");
  const auto steps = record::numbers_of(root, "step");
  const auto status_text = record::texts_of(root, "status_text");
  std::map<int, std::vector<std::size_t>> runs_of;
  for (std::size_t run = 0; run < ids.size(); ++run) runs_of[static_cast<int>(cells.at(run))].push_back(run);
  for (const auto& [number, runs] : runs_of) {
    const std::size_t first = runs.front();
    CellResult cell;
    cell.cell = number;
    cell.cell_id = cell_ids.at(first);
    cell.label = labels.at(first);
    cell.planned = static_cast<int>(runs.size());
    add_parameters(root, comparison.parameters, first, cell);
    std::vector<std::size_t> done;
    for (const std::size_t run : runs) {
      ++cell.runs[status.at(run)];
      if (status[run] == "done") {
        done.push_back(run);
      } else {
        comparison.left_out.push_back(
            {ids[run], labels.at(run), status[run], status_text.at(run), std::lround(seeds.at(run))});
      }
    }
    for (const std::size_t run : done) {
      const std::int64_t made = std::llround(steps.at(run));
      cell.least_steps = run == done.front() ? made : std::min(cell.least_steps, made);
      cell.most_steps = std::max(cell.most_steps, made);
    }
    for (const Curves& curve : curves) cell.metrics.push_back(values_of(curve, done));
    comparison.cells.push_back(std::move(cell));
  }
}

bool unlike_steps(const Group& root, const Comparison& comparison) {
  const auto& names = comparison.parameters;
  const auto axis = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    const Variable& variable = *record::find_variable(root, name);
    return record::text_of(variable.attributes, "long_name") == "train.generator_steps";
  });
  std::set<std::int64_t> lengths;
  for (const CellResult& cell : comparison.cells) {
    if (!cell.runs.contains("done")) continue;
    if (cell.least_steps != cell.most_steps) return true;
    lengths.insert(cell.least_steps);
    if (axis == names.end()) continue;
    const nlohmann::json& asked = cell.parameters[static_cast<std::size_t>(axis - names.begin())];
    if (asked.is_number() && asked != cell.least_steps) return true;
  }
  return axis == names.end() && lengths.size() > 1;
}

}  // namespace

Comparison compare(const std::filesystem::path& sweep_h5) {
  const Group root = record::read(sweep_h5, [](std::string_view path) {
    return path.find('/') == std::string_view::npos || path.starts_with("train/") ||
           (path.starts_with("eval/") && path != "eval/samples");
  });
  if (record::find_variable(root, "cell") == nullptr || record::find_variable(root, "status") == nullptr) {
    throw Error(Exit::storage,
                sweep_h5.string() + ": is not the result of a sweep; `runner collect` makes one");
  }
  Comparison comparison;
  comparison.name = record::text_of(root.attributes, "sweep");
  comparison.question = record::text_of(root.attributes, "question");
  comparison.primary_metric = record::text_of(root.attributes, "primary_metric");
  comparison.primary_goal = record::text_of(root.attributes, "primary_goal");
  comparison.parameters = parameters_of(root);
  std::vector<Curves> curves;
  add_curves(root, "eval", "eval_step", curves);
  add_curves(root, "train", "step", curves);
  std::stable_partition(curves.begin(), curves.end(),
                        [&](const Curves& one) { return one.metric.name == comparison.primary_metric; });
  for (const Curves& one : curves) comparison.metrics.push_back(one.metric);
  add_cells(root, curves, comparison);
  sort_by_primary(comparison);
  comparison.own_labels = std::any_of(
      comparison.cells.begin(), comparison.cells.end(),
      [&](const CellResult& cell) { return cell.own_label != comparison.cells.front().own_label; });
  comparison.unlike_steps = unlike_steps(root, comparison);
  comparison.unlike_code = unlike_code(root);
  return comparison;
}

}  // namespace monge::report
