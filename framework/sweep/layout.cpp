#include "sweep/layout.h"

#include <algorithm>
#include <set>

#include "sweep/expansion.h"
#include "sweep/label.h"

namespace monge::sweep {
namespace {

Json coordinate(const GridAxis& axis, std::size_t at, const AxisLabels& labels, const Json& config) {
  return at != absent && is_labelled_axis(axis) ? Json(labels.in_cell(at, config)) : of_key(axis.key, config);
}

std::vector<Json> values_in_order(const std::vector<Point>& kept, const Experiment& experiment,
                                  std::size_t axis, std::size_t alternatives) {
  std::vector<Json> values;
  const auto add = [&](const Json& value) {
    const bool known = value.is_null() || std::find(values.begin(), values.end(), value) != values.end();
    if (!known) values.push_back(value);
  };
  std::vector<Json> first(alternatives);
  for (std::size_t i = kept.size(); i-- > 0;) {
    const Json& value = experiment.cells[i].coordinates[axis];
    const std::size_t at = kept[i].at[axis];
    if (!value.is_null() && at != absent) first[at] = value;
  }
  for (const Json& value : first) add(value);
  for (const Cell& cell : experiment.cells) add(cell.coordinates[axis]);
  return values;
}

bool is_full_product(const Experiment& experiment) {
  std::size_t product = 1;
  for (const record::Axis& axis : experiment.axes) product *= axis.values.size();
  std::set<std::vector<Json>> different;
  for (const Cell& cell : experiment.cells) {
    const bool whole = std::none_of(cell.coordinates.begin(), cell.coordinates.end(),
                                    [](const Json& c) { return c.is_null(); });
    if (whole) different.insert(cell.coordinates);
  }
  return product == experiment.cells.size() && different.size() == product;
}

}  // namespace

void lay_out(const std::vector<GridAxis>& axes, const std::vector<std::string>& names,
             const std::vector<AxisLabels>& labels, const std::vector<Point>& kept, Experiment& experiment) {
  for (Cell& cell : experiment.cells) {
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const std::size_t at = kept[cell.index].at[i];
      cell.coordinates.push_back(coordinate(axes[i], at, labels[i], cell.config));
    }
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    experiment.axes.push_back(
        {axes[i].key, names[i], values_in_order(kept, experiment, i, axes[i].alternatives.size())});
  }
  experiment.full_product = is_full_product(experiment);
}

}  // namespace monge::sweep
