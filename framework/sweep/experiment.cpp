#include "sweep/experiment.h"

#include "sweep/identity.h"

namespace monge::sweep {

std::vector<Run> runs(const Experiment& experiment) {
  std::vector<Run> all;
  for (const std::int64_t seed : experiment.seeds) {
    for (const Cell& cell : experiment.cells) all.push_back({run_id(cell.config, seed), cell.index, seed});
  }
  return all;
}

record::Plan plan(const Experiment& experiment) {
  record::Plan plan{experiment.name,
                    experiment.question,
                    experiment.primary_metric,
                    experiment.primary_goal,
                    experiment.axes,
                    experiment.seeds,
                    {},
                    experiment.full_product};
  for (const Cell& cell : experiment.cells) {
    for (const std::int64_t seed : experiment.seeds) {
      plan.runs.push_back(
          {run_id(cell.config, seed), cell.id, cell.label, cell.index, seed, cell.coordinates});
    }
  }
  return plan;
}

}  // namespace monge::sweep
