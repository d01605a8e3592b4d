// A comparison as people read it.
#include <algorithm>

#include "report/compare.h"
#include "report/format.h"
#include "sweep/counted.h"

namespace monge::report {
namespace {

using sweep::counted;
using Json = nlohmann::json;

/// With the number of runs that have the value, where others of the cell that are `done` have not.
std::string shown(const Spread& spread, int done) {
  if (spread.count == 0) return "-";
  std::string text = rounded(spread.median);
  if (spread.count > 1) text += "  " + rounded(spread.least) + ".." + rounded(spread.greatest);
  return text + (spread.count < done ? " (" + std::to_string(spread.count) + ")" : "");
}

/// The audit's values would fill pages.
bool is_shown(const Metric& metric, const Comparison& comparison) {
  return !metric.name.starts_with("audit_") || metric.name == comparison.primary_metric;
}

/// In a table some runs that are done have a value that others of their cell lack.
bool lacks_values(const Comparison& comparison) {
  for (const CellResult& cell : comparison.cells) {
    const auto lacks = [&](const Spread& spread) {
      return spread.count > 0 && spread.count < cell.count("done");
    };
    for (std::size_t i = 0; i < cell.metrics.size(); ++i) {
      const auto& [last, best, tail] = cell.metrics[i];
      if (is_shown(comparison.metrics[i], comparison) && (lacks(last) || lacks(best) || lacks(tail)))
        return true;
    }
  }
  return false;
}

/// Of the cell's runs that are done: "300", "300..900"; "" where there is none.
std::string steps_text(const CellResult& cell) {
  if (!cell.runs.contains("done")) return "";
  const std::string least = std::to_string(cell.least_steps), most = std::to_string(cell.most_steps);
  return least == most ? least : least + ".." + most;
}

std::string heading(const Metric& metric, const Comparison& comparison) {
  std::string text = metric.name;
  if (!metric.unit.empty() && metric.unit != "1") text += " [" + metric.unit + "]";
  if (metric.goal == "min") text += ", less is better";
  if (metric.goal == "max") text += ", more is better";
  if (metric.samples > 0) text += ", of " + counted(static_cast<std::size_t>(metric.samples), "sample");
  if (!metric.extractor.empty()) text += " by " + metric.extractor;
  if (metric.name == comparison.primary_metric) text += " (primary)";
  return text;
}

std::string metric_table(const Comparison& comparison, std::size_t index) {
  const Metric& metric = comparison.metrics[index];
  const bool has_best = metric.goal == "min" || metric.goal == "max";
  std::vector<std::string> header = comparison.parameters;
  if (comparison.own_labels) header.insert(header.begin(), "label");
  if (header.empty()) header.emplace_back("cell");
  header.emplace_back("runs");
  if (comparison.unlike_steps) header.emplace_back("steps");
  header.emplace_back("last");
  if (has_best) header.emplace_back("best");
  header.emplace_back("tail");
  std::vector<std::vector<std::string>> rows = {header};
  for (const CellResult& cell : comparison.cells) {
    std::vector<std::string> row;
    if (comparison.own_labels) row.push_back(cell.own_label);
    for (const Json& value : cell.parameters) row.push_back(parameter_text(value));
    if (row.empty()) row.push_back(cell.label);
    const auto& values = cell.metrics[index];
    const int done = cell.count("done");
    row.push_back(std::to_string(done) + "/" + std::to_string(cell.planned));
    if (comparison.unlike_steps) row.push_back(steps_text(cell));
    row.push_back(shown(values.last, done));
    if (has_best) row.push_back(shown(values.best, done));
    row.push_back(shown(values.tail, done));
    rows.push_back(row);
  }
  return heading(metric, comparison) + "\n\n" + aligned(rows);
}

std::string left_out(const Comparison& comparison) {
  if (comparison.left_out.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"run", "seed", "status", "cell", "why"}};
  for (const LeftOut& run : comparison.left_out) {
    rows.push_back({run.run_id, std::to_string(run.seed), run.status, run.label, run.status_text});
  }
  return "\nNot in the numbers above, " + counted(comparison.left_out.size(), "run") + ":\n\n" +
         aligned(rows);
}

/// By status over the whole sweep: "5 done, 1 diverged".
std::string counts(const Comparison& comparison) {
  std::map<std::string, int> all;
  for (const CellResult& cell : comparison.cells) {
    for (const auto& [status, count] : cell.runs) all[status] += count;
  }
  std::string text;
  if (all.contains("done")) text = std::to_string(all["done"]) + " done";
  for (const auto& [status, count] : all) {
    if (status != "done") text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + status;
  }
  return text;
}

/// The cells of the odd runs by their labels, the first three.
std::string cells_text(const Unlike& unlike, const Comparison& comparison) {
  constexpr std::size_t kCells = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kCells, unlike.cells.size()); ++i) {
    const auto cell = std::find_if(comparison.cells.begin(), comparison.cells.end(),
                                   [&](const CellResult& one) { return one.cell == unlike.cells[i]; });
    const bool named = cell != comparison.cells.end() && !cell->label.empty();
    text += (i == 0 ? "" : "; ") + (named ? cell->label : "cell " + std::to_string(unlike.cells[i]));
  }
  if (unlike.cells.size() > kCells) text += " and " + counted(unlike.cells.size() - kCells, "more cell");
  return text;
}

}  // namespace

std::string unlike_code_text(const Comparison& comparison) {
  if (comparison.unlike_code.empty()) return "";
  constexpr std::size_t kParts = 6;
  std::string text = "Not all runs were made by the same code from the same data. Unlike the others:\n";
  for (std::size_t i = 0; i < std::min(kParts, comparison.unlike_code.size()); ++i) {
    const Unlike& unlike = comparison.unlike_code[i];
    text += "  " + unlike.what + " in " + std::to_string(unlike.odd) + " of " +
            counted(static_cast<std::size_t>(unlike.all), "run") + ", of " + cells_text(unlike, comparison) +
            "\n";
  }
  if (comparison.unlike_code.size() > kParts)
    text += "  and " + std::to_string(comparison.unlike_code.size() - kParts) + " more: see --json\n";
  return text +
         "The sweep that made them, given again with --redo stale, trains those anew that are not of "
         "today's.\n";
}

std::string table(const Comparison& comparison) {
  std::string text = comparison.name + ": " + counts(comparison) + "\n";
  if (!comparison.question.empty()) text += comparison.question + "\n";
  text +=
      "\nMedian over the seeds that are done, then least..greatest; runs: done/planned; last: at the last "
      "step\n"
      "with a value; best: over all evaluations; tail: mean over the last tenth of the steps.\n";
  if (lacks_values(comparison)) text += "(n): only n of the cell's runs that are done have the value.\n";
  if (comparison.unlike_steps)
    text += "The runs are of unlike length: steps says of how many generator steps.\n";
  text += unlike_code_text(comparison);
  std::size_t audited = 0;
  for (std::size_t i = 0; i < comparison.metrics.size(); ++i) {
    if (is_shown(comparison.metrics[i], comparison))
      text += "\n" + metric_table(comparison, i);
    else
      ++audited;
  }
  if (audited > 0)
    text += "\n" + counted(audited, "value") + " of the critic's audit: see --csv or --json.\n";
  if (comparison.metrics.empty()) text += "\nNothing is recorded yet.\n";
  return text + left_out(comparison);
}

}  // namespace monge::report
