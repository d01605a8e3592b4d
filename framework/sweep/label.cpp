#include "sweep/label.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "record/columns.h"
#include "sweep/cell.h"
#include "sweep/expansion.h"

namespace monge::sweep {
namespace {

using What = Target::What;

// Variables, groups and dimensions that results files have anyway, and columns of `compare`.
std::set<std::string> taken_names(const Catalogue& catalogue) {
  std::set<std::string> taken{
      "run",         "run_id",      "cell",      "cell_id",    "seed",        "label",      "status",
      "status_text", "status_code", "config",    "provenance", "fingerprint", "train",      "eval",
      "event",       "grid",        "step",      "eval_step",  "event_step",  "event_kind", "event_text",
      "bin",         "layer",       "x",         "y",          "rgb",         "point",      "points",
      "coordinate",  "samples",     "evaluated", "planned",    "done",        "diverged",   "other",
      "steps",       "steps_min",   "steps_max", "metric",     "statistic",   "median",     "min",
      "max",         "runs",        "last",      "best",       "tail"};
  for (const record::Column& column : record::columns()) taken.insert(column.name);
  for (const auto& [key, schema] : catalogue.found) {
    for (const ReportedValue& value : schema.values) taken.insert(value.name);
  }
  return taken;
}

std::string as_name(std::string text) {
  for (char& c : text) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? static_cast<char>(std::tolower(c)) : '_';
  }
  return text;
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

// A row without a label is told by what it sets, and no flag's axis sets in its place.
std::string row_label(const Row& row, const std::vector<GridAxis>& axes, const Json& config) {
  if (!row.label.empty()) return row.label;
  std::string label;
  for (const Setting& one : row.set) {
    const bool by_flag = std::any_of(axes.begin(), axes.end(), [&](const GridAxis& axis) {
      return axis.from_flag && axis.key == one.key;
    });
    if (by_flag) continue;
    label +=
        (label.empty() ? "" : " ") + last_part(one.key) + "=" + in_cell(one, label_text(one.value), config);
  }
  return label;
}

}  // namespace

std::vector<std::string> axis_names(const std::vector<GridAxis>& axes, const Catalogue& catalogue) {
  std::map<std::string, int> uses;
  for (const GridAxis& axis : axes) ++uses[as_name(last_part(axis.key))];
  const std::set<std::string> taken = taken_names(catalogue);
  std::set<std::string> given;
  std::vector<std::string> names;
  for (const GridAxis& axis : axes) {
    std::string name = as_name(last_part(axis.key));
    if (uses[name] > 1 || taken.contains(name)) name = as_name(axis.key);
    while (taken.contains(name) || !given.insert(name).second) name += "_axis";
    names.push_back(name);
  }
  return names;
}

std::string point_label(const Point& point, const std::vector<GridAxis>& axes,
                        const std::vector<std::string>& names, const std::vector<AxisLabels>& labels,
                        const std::vector<std::vector<std::string>>& zips, const Json& config) {
  std::vector<std::string> parts;
  if (point.row != nullptr) parts.push_back(row_label(*point.row, axes, config));
  std::set<std::size_t> told;  // zips that have a label of their own
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t at = point.at[i], zip = axes[i].zip;
    if (at == absent || (point.row != nullptr && !axes[i].from_flag) ||
        (axes[i].alternatives.size() == 1 && axes[i].when == 0))
      continue;
    if (zip == 0 || zips[zip - 1].empty()) {
      parts.push_back(names[i] + "=" + labels[i].in_cell(at, config));
    } else if (told.insert(zip).second) {
      parts.push_back(zips[zip - 1][at]);
    }
  }
  std::string label;
  for (const std::string& part : parts) label += (label.empty() ? "" : " ") + part;
  return label;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number_text(value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& item : value) text += (text.empty() ? "" : ", ") + value_text(item);
  return "[" + text + "]";
}

}  // namespace monge::sweep
