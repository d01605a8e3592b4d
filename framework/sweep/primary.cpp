#include "sweep/primary.h"

#include <algorithm>
#include <set>

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

}  // namespace

void settle_primary(const Draft& draft, const Catalogue& catalogue, Experiment& experiment, Faults& faults) {
  for (const Cell& cell : experiment.cells) {
    const std::vector<Ranked> values = values_of(cell, catalogue);
    std::set<std::string> names;
    for (const Ranked& value : values) {
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
    const std::vector<std::string> known(names.begin(), names.end());
    const Place& at = draft.parsed().primary.metric_at;
    if (at.source.empty()) continue;
    faults.add(at, "no metric of this experiment reports '" + experiment.primary_metric + "'" +
                       did_you_mean(experiment.primary_metric, known) + "  Known: " + listed(known));
  }
}

}  // namespace monge::sweep
