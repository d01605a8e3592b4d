#include "sweep/primary.h"

#include <algorithm>
#include <set>

#include "sweep/counted.h"
#include "sweep/nearest.h"
#include "sweep/parsed.h"

namespace monge::sweep {
namespace {

struct Ranked {
  std::string name, goal;  // goal: "min", "max" or ""
};

// Those of the evaluations while training, then those of the large one at the end.
std::vector<Ranked> values_of(const Cell& cell, const Catalogue& catalogue) {
  const Json& evaluate = cell.config.at("evaluate");
  std::vector<Ranked> values;
  for (const bool at_end : {false, true}) {
    if (at_end && evaluate.value("final_samples", 0) == 0) continue;
    for (const Json& metric : evaluate.at("metrics")) {
      const auto found = catalogue.found.find("metric/" + metric.at("plugin").get<std::string>());
      if (found == catalogue.found.end()) continue;
      for (const ReportedValue& value : found->second.values) {
        if (at_end && !value.dims.empty()) continue;
        const bool aimed = value.goal == "min" || value.goal == "max";
        values.push_back({value.name + (at_end ? "_final" : ""), aimed ? value.goal : ""});
      }
    }
  }
  return values;
}

/// Of a value that cells lack: all of them, or some, which would be ranked by nothing.
std::string unreported(const Experiment& experiment, const std::vector<const Cell*>& lacking,
                       const std::set<std::string>& names) {
  const std::string& metric = experiment.primary_metric;
  const std::vector<std::string> known(names.begin(), names.end());
  if (lacking.size() == experiment.cells.size()) {
    return "no metric of this experiment reports '" + metric + "'" + did_you_mean(metric, known) +
           "  Known: " + listed(known);
  }
  const std::size_t others = lacking.size() - 1;
  return "the cell '" + lacking.front()->label + "'" +
         (others == 0 ? "" : " and " + counted(others, "more cell")) + (others == 0 ? " has" : " have") +
         " no metric that reports '" + metric +
         "', by which all cells are ranked; add one to the evaluate.metrics of every cell, [[exclude]] those "
         "without, or choose a value that all of them report";
}

}  // namespace

void settle_primary(const Draft& draft, const Catalogue& catalogue, Experiment& experiment, Faults& faults) {
  std::vector<const Cell*> lacking;
  std::set<std::string> known;
  for (const Cell& cell : experiment.cells) {
    const std::vector<Ranked> values = values_of(cell, catalogue);
    std::set<std::string> names;
    for (const Ranked& value : values) {
      known.insert(value.name);
      if (names.insert(value.name).second) continue;
      faults.add({place_of(draft, "evaluate.metrics")}, "two metrics report '" + value.name + "'");
    }
    if (experiment.primary_metric.empty()) {
      const auto aimed =
          std::find_if(values.begin(), values.end(), [](const Ranked& v) { return !v.goal.empty(); });
      if (aimed != values.end()) experiment.primary_metric = aimed->name;
      if (experiment.primary_metric.empty()) continue;
    }
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const Ranked& v) { return v.name == experiment.primary_metric; });
    if (found != values.end()) {
      if (experiment.primary_goal.empty()) experiment.primary_goal = found->goal;
      continue;
    }
    lacking.push_back(&cell);
  }
  const Place& at = draft.parsed().primary.metric_at;
  if (!lacking.empty() && !at.source.empty()) faults.add(at, unreported(experiment, lacking, known));
}

}  // namespace monge::sweep
