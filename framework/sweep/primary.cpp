#include "sweep/primary.h"

#include <algorithm>
#include <set>

#include "sweep/nearest.h"
#include "sweep/parsed.h"

namespace monge::sweep {
namespace {

std::vector<const ReportedValue*> values_of(const Cell& cell, const Catalogue& catalogue) {
  std::vector<const ReportedValue*> values;
  for (const Json& metric : cell.config.at("evaluate").at("metrics")) {
    const auto found = catalogue.found.find("metric/" + metric.at("plugin").get<std::string>());
    if (found == catalogue.found.end()) continue;
    for (const ReportedValue& value : found->second.values) values.push_back(&value);
  }
  return values;
}

std::string goal_of(const ReportedValue& value) {
  return value.goal == "min" || value.goal == "max" ? value.goal : "";
}

}  // namespace

void settle_primary(const Draft& draft, const Catalogue& catalogue, Experiment& experiment, Faults& faults) {
  for (const Cell& cell : experiment.cells) {
    const std::vector<const ReportedValue*> values = values_of(cell, catalogue);
    std::set<std::string> names;
    for (const ReportedValue* value : values) {
      if (names.insert(value->name).second) continue;
      faults.add({place_of(draft, "evaluate.metrics")}, "two metrics report '" + value->name + "'");
    }
    if (experiment.primary_metric.empty()) {
      const auto aimed =
          std::find_if(values.begin(), values.end(), [](const auto* v) { return !goal_of(*v).empty(); });
      if (aimed != values.end()) experiment.primary_metric = (*aimed)->name;
      if (experiment.primary_metric.empty()) continue;
    }
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const auto* v) { return v->name == experiment.primary_metric; });
    if (found != values.end()) {
      if (experiment.primary_goal.empty()) experiment.primary_goal = goal_of(**found);
      continue;
    }
    const std::vector<std::string> known(names.begin(), names.end());
    const Place& at = draft.parsed().primary.metric_at;
    if (at.source.empty()) continue;
    faults.add(at, "no metric of this experiment reports '" + experiment.primary_metric + "'" +
                       did_you_mean(experiment.primary_metric, known) + "  Known: " + listed(known));
  }
}

}  // namespace monge::sweep
