// The forms in which a comparison is shown.
#include <array>
#include <cmath>

#include "report/compare.h"
#include "report/format.h"
#include "sweep/counted.h"
#include "sweep/value.h"

namespace monge::report {
namespace {

using sweep::counted;
using Json = nlohmann::json;

std::string shown(const Spread& spread) {
  if (spread.count == 0) return "-";
  std::string median = rounded(spread.median);
  if (spread.count == 1) return median;
  return median + "  " + rounded(spread.least) + ".." + rounded(spread.greatest);
}

/// Of the cell's runs that are done: "300", "300..900"; "" where there is none.
std::string steps_text(const CellResult& cell) {
  if (!cell.runs.contains("done")) return "";
  const std::string least = std::to_string(cell.least_steps), most = std::to_string(cell.most_steps);
  return least == most ? least : least + ".." + most;
}

Json steps_json(const CellResult& cell) {
  if (!cell.runs.contains("done")) return {};
  return {{"min", cell.least_steps}, {"max", cell.most_steps}};
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
  if (header.empty()) header.emplace_back("cell");
  header.emplace_back("runs");
  if (comparison.unlike_steps) header.emplace_back("steps");
  header.emplace_back("last");
  if (has_best) header.emplace_back("best");
  header.emplace_back("tail");
  std::vector<std::vector<std::string>> rows = {header};
  for (const CellResult& cell : comparison.cells) {
    std::vector<std::string> row = cell.parameters;
    if (row.empty()) row.push_back(cell.label);
    const auto& values = cell.metrics[index];
    const auto done = cell.runs.find("done");
    row.push_back(std::to_string(done == cell.runs.end() ? 0 : done->second) + "/" +
                  std::to_string(cell.planned));
    if (comparison.unlike_steps) row.push_back(steps_text(cell));
    row.push_back(shown(values.last));
    if (has_best) row.push_back(shown(values.best));
    row.push_back(shown(values.tail));
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

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json to_json(const Spread& spread) {
  return {{"median", number(spread.median)},
          {"min", number(spread.least)},
          {"max", number(spread.greatest)},
          {"runs", spread.count}};
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string csv_number(double value) { return std::isnan(value) ? "" : sweep::number_text(value); }

}  // namespace

std::string unlike_code_text(const Comparison& comparison) {
  if (comparison.unlike_code.empty()) return "";
  return "Runs of one cell were not made by the same code from the same data (" + comparison.unlike_code +
         "):\nthe sweep that made them, given again with --redo stale, trains those anew that are not of "
         "today's.\n";
}

std::string table(const Comparison& comparison) {
  std::string text = comparison.name + ": " + counts(comparison) + "\n";
  if (!comparison.question.empty()) text += comparison.question + "\n";
  text +=
      "\nMedian over the seeds that are done, then least..greatest; runs: done/planned; last: at the last "
      "step\n"
      "with a value; best: over all evaluations; tail: mean over the last tenth of the steps.\n";
  if (comparison.unlike_steps)
    text += "The runs are of unlike length: steps says of how many generator steps.\n";
  text += unlike_code_text(comparison);
  std::size_t audited = 0;
  for (std::size_t i = 0; i < comparison.metrics.size(); ++i) {
    const std::string& name = comparison.metrics[i].name;
    const bool audit = name.starts_with("audit_") && name != comparison.primary_metric;
    if (audit)
      ++audited;
    else
      text += "\n" + metric_table(comparison, i);
  }
  if (audited > 0)
    text += "\n" + counted(audited, "value") + " of the critic's audit: see --csv or --json.\n";
  if (comparison.metrics.empty()) text += "\nNothing is recorded yet.\n";
  return text + left_out(comparison);
}

Json to_json(const Comparison& comparison) {
  Json cells = Json::array(), out = Json::array(), metrics = Json::array();
  for (const Metric& metric : comparison.metrics) {
    metrics.push_back({{"name", metric.name}, {"unit", metric.unit}, {"goal", metric.goal}});
    if (metric.samples > 0) metrics.back()["samples"] = metric.samples;
    if (!metric.extractor.empty()) metrics.back()["extractor"] = metric.extractor;
  }
  for (const CellResult& cell : comparison.cells) {
    Json parameters = Json::object(), values = Json::object();
    for (std::size_t i = 0; i < cell.parameters.size(); ++i)
      parameters[comparison.parameters[i]] = cell.parameters[i];
    for (std::size_t i = 0; i < cell.metrics.size(); ++i) {
      const auto& [last, best, tail] = cell.metrics[i];
      values[comparison.metrics[i].name] = {
          {"last", to_json(last)}, {"best", to_json(best)}, {"tail", to_json(tail)}};
    }
    cells.push_back({{"cell", cell.cell},
                     {"cell_id", cell.cell_id},
                     {"label", cell.label},
                     {"parameters", parameters},
                     {"planned", cell.planned},
                     {"runs", cell.runs},
                     {"steps", steps_json(cell)},
                     {"metrics", values}});
  }
  for (const LeftOut& run : comparison.left_out) {
    out.push_back({{"run_id", run.run_id},
                   {"label", run.label},
                   {"seed", run.seed},
                   {"status", run.status},
                   {"status_text", run.status_text}});
  }
  return {{"name", comparison.name},
          {"question", comparison.question},
          {"primary", {{"metric", comparison.primary_metric}, {"goal", comparison.primary_goal}}},
          {"metrics", metrics},
          {"cells", cells},
          {"unlike_code", comparison.unlike_code},
          {"left_out", out}};
}

std::string to_csv(const Comparison& comparison) {
  std::string text = "cell";
  for (const std::string& name : comparison.parameters) text += "," + quoted(name);
  text += ",steps,metric,statistic,median,min,max,runs\n";
  for (const CellResult& cell : comparison.cells) {
    std::string begin = std::to_string(cell.cell);
    for (const std::string& value : cell.parameters) begin += "," + quoted(value);
    begin += "," + steps_text(cell);
    for (std::size_t i = 0; i < cell.metrics.size(); ++i) {
      const auto& [last, best, tail] = cell.metrics[i];
      const std::array<std::pair<const char*, const Spread*>, 3> statistics = {
          {{"last", &last}, {"best", &best}, {"tail", &tail}}};
      for (const auto& [name, spread] : statistics) {
        text += begin + "," + quoted(comparison.metrics[i].name) + "," + name + "," +
                csv_number(spread->median) + "," + csv_number(spread->least) + "," +
                csv_number(spread->greatest) + "," + std::to_string(spread->count) + "\n";
      }
    }
  }
  return text;
}

}  // namespace monge::report
