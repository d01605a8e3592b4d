#include "sweep/layout.h"

#include <algorithm>
#include <set>

#include "sweep/expansion.h"
#include "sweep/label.h"

namespace monge::sweep {
namespace {

Json as_coordinate(const Json& value) { return value.is_array() ? Json(value_text(value)) : value; }

Json of_key(const std::string& key, const Json& config) {
  std::vector<Json> found = look_up(config, key);
  std::set<Json> different(found.begin(), found.end());
  if (different.size() == 1) return as_coordinate(found.front());
  if (different.empty()) return nullptr;
  std::string joined;
  for (const Json& value : found) joined += (joined.empty() ? "" : "+") + value_text(value);
  return joined;
}

std::string names_written(const Value& value) {
  if (value.is_text()) return value.text();
  std::string names;
  if (const Field* plugin = value.field("plugin"); plugin != nullptr) names = names_written(plugin->value);
  for (const Value& item : value.items) names += (names.empty() ? "" : "+") + names_written(item);
  return names;
}

// The alternative's label, unless an override put another plugin in its place.
Json of_table(const Setting& alternative, const std::string& label, const Json& config) {
  if (alternative.target.what == Target::What::optimizer) return label;
  std::string names;
  for (const Json& name : look_up(config, alternative.key))
    names += (names.empty() ? "" : "+") + value_text(name);
  return names == names_written(alternative.value) ? label : names;
}

// A preset is no setting of the cell: it has become some.
bool is_preset_axis(const GridAxis& axis) {
  const Target& target = axis.alternatives.front().target;
  return target.what == Target::What::slot_parameter && target.name == "preset";
}

Json coordinate(const GridAxis& axis, std::size_t at, const std::vector<std::string>& labels,
                const Json& config) {
  if (at != absent && is_table_axis(axis)) return of_table(axis.alternatives[at], labels[at], config);
  return at != absent && is_preset_axis(axis) ? Json(labels[at]) : of_key(axis.key, config);
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
             const std::vector<std::vector<std::string>>& labels, const std::vector<Point>& kept,
             Experiment& experiment) {
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
