#include "worker/audit_group.h"

#include "measure/audit.h"
#include "measure/audit_layers.h"
#include "measure/surface.h"
#include "record/access.h"
#include "record/audit_columns.h"

namespace monge::worker {
namespace {

using record::AuditColumn;
using record::Variable;

Variable coordinate(const std::string& name, record::Values values, const std::string& doc) {
  return {name, {name}, std::move(values), {{"units", std::string("1")}, {"long_name", doc}}};
}

record::Attributes attributes_of(const AuditColumn& column, const AuditFrame& frame) {
  using Counts = AuditColumn::Counts;
  record::Attributes attributes = {
      {"units", column.unit}, {"long_name", column.doc}, {"goal", std::string("none")}};
  if (column.counts != Counts::nothing)
    attributes.emplace_back("samples", column.counts == Counts::samples ? frame.samples : frame.points);
  return attributes;
}

}  // namespace

AuditFrame audit_frame(const train::Game& game, const measure::EvaluationSettings& settings) {
  const std::string layer = "place and kind of a layer with parameters",
                    edge = "lower edge of a bin; its upper one is the next, of the last ";
  return {settings.samples,
          measure::slope_points(settings.samples),
          {coordinate("audit_slope_bin", measure::slope_edges(), edge + "infinity"),
           coordinate("audit_weight_bin", measure::weight_edges(), edge + "1, in audit_critic_weight_max"),
           coordinate("audit_critic_layer", measure::layer_names(*game.critic), layer),
           coordinate("audit_generator_layer", measure::layer_names(*game.generator), layer)}};
}

namespace {

// Of data of two dimensions (measure/surface.h).
void add_surfaces(record::Group& eval, const std::vector<measure::Evaluation>& evaluations) {
  if (evaluations.empty() || !evaluations.front().values.contains("critic_surface")) return;
  const auto side = static_cast<std::size_t>(measure::kSurfaceSide);
  eval.dimensions.push_back({"surface_y", side});
  eval.dimensions.push_back({"surface_x", side});
  const auto add = [&](const std::string& name, std::vector<std::string> dims, const std::string& doc) {
    std::vector<double> all;
    for (const auto& evaluation : evaluations) {
      const auto& values = evaluation.values.at(name);
      all.insert(all.end(), values.begin(), values.end());
    }
    const record::Attributes attributes = {
        {"units", std::string("1")}, {"long_name", doc}, {"goal", std::string("none")}};
    eval.variables.push_back({name, std::move(dims), std::move(all), attributes});
  };
  const std::string lattice = " on a square lattice around 0, the lowest row first";
  add("critic_surface", {"eval_step", "surface_y", "surface_x"}, "critic's score" + lattice);
  add("critic_surface_slope", {"eval_step", "surface_y", "surface_x"},
      "norm of the critic's gradient" + lattice);
  add("critic_surface_reach", {"eval_step"}, "half of the lattice's side, in units of the data");
}

}  // namespace

void add_audit(record::Group& eval, const AuditFrame& frame,
               const std::vector<measure::Evaluation>& evaluations) {
  for (const Variable& axis : frame.coordinates) {
    eval.dimensions.push_back({axis.name, record::size(axis.values)});
    eval.variables.push_back(axis);
  }
  for (const AuditColumn& column : record::audit_columns()) {
    std::vector<double> all;
    for (const auto& evaluation : evaluations) {
      const auto& values = evaluation.values.at(column.name);
      all.insert(all.end(), values.begin(), values.end());
    }
    Variable variable{column.name, {"eval_step"}, std::move(all), attributes_of(column, frame)};
    if (!column.dim.empty()) variable.dims.push_back(column.dim);
    eval.variables.push_back(std::move(variable));
  }
  add_surfaces(eval, evaluations);
}

}  // namespace monge::worker
