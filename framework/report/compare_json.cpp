// A comparison for programs.
#include <cmath>

#include "report/compare.h"

namespace monge::report {
namespace {

using Json = nlohmann::json;

Json steps_json(const CellResult& cell) {
  if (!cell.runs.contains("done")) return {};
  return {{"min", cell.least_steps}, {"max", cell.most_steps}};
}

/// JSON has neither infinity nor NaN: a metric may well be infinite, as a divergence of what does not
/// overlap.
Json number(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return std::isnan(value) ? Json() : Json(value);
}

Json to_json(const Spread& spread) {
  return {{"median", number(spread.median)},
          {"min", number(spread.least)},
          {"max", number(spread.greatest)},
          {"runs", spread.count}};
}

Json to_json(const std::vector<Unlike>& unlike_code) {
  Json all = Json::array();
  for (const Unlike& unlike : unlike_code) {
    all.push_back({{"what", unlike.what}, {"runs", unlike.odd}, {"of", unlike.all}, {"cells", unlike.cells}});
  }
  return all;
}

}  // namespace

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
      parameters[comparison.parameters[i]] = cell.parameters[i].is_number_float()
                                                 ? number(cell.parameters[i].get<double>())
                                                 : cell.parameters[i];
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
          {"unlike_code", to_json(comparison.unlike_code)},
          {"left_out", out}};
}

}  // namespace monge::report
