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

// Variables, groups and dimensions that results files have anyway.
std::set<std::string> taken_names(const Catalogue& catalogue) {
  std::set<std::string> taken{"run",        "run_id",      "cell",        "cell_id",     "seed",
                              "label",      "status",      "status_text", "status_code", "config",
                              "provenance", "fingerprint", "train",       "eval",        "event",
                              "grid",       "step",        "eval_step",   "event_step",  "event_kind",
                              "event_text", "bin",         "layer",       "x",           "y",
                              "rgb",        "point",       "points",      "coordinate",  "samples"};
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

// Long ones may be cut to one text: they are numbered in front, where a narrow terminal shows it.
void number_what_is_cut_alike(std::vector<std::string>& labels) {
  std::map<std::string, int> uses;
  for (const std::string& label : labels) ++uses[label];
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (uses[labels[i]] > 1 && labels[i].ends_with("..."))
      labels[i] = "#" + std::to_string(i + 1) + " " + labels[i];
  }
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

// The optimiser's table as one flat table: {"kind": "adam", "critic.learning_rate": 1e-4}.
void flatten(const Value& table, const std::string& prefix, Json& flat) {
  if (table.is_text()) flat[prefix + "kind"] = table.text();
  for (const Field& field : table.fields) {
    if (field.value.is_table()) {
      flatten(field.value, prefix + field.key + ".", flat);
    } else {
      flat[prefix + field.key] =
          field.value.scalar.is_null() ? Json(label_text(field.value)) : field.value.scalar;
    }
  }
}

Json tables_of(const Setting& setting, const Place& file, const Catalogue& catalogue) {
  if (setting.target.what == What::slot) {
    CellFaults reported_with_the_cells;
    return resolve_slot(*setting.target.slot, {{&setting, 1}}, file, catalogue, reported_with_the_cells);
  }
  Json flat{{"kind", "adam"}};
  flatten(setting.value, "", flat);
  return Json::array({flat});
}

const Json& name_in(const Json& table) { return table[table.contains("plugin") ? "plugin" : "kind"]; }

// Parameters of the table at `position` that differ among alternatives with the same plugins.
std::set<std::string> telling(const std::vector<Json>& alike, std::size_t position) {
  std::set<std::string> keys;
  for (const Json& alternative : alike) {
    const Json &first = alike.front()[position], &other = alternative[position];
    for (const Json* table : {&first, &other}) {
      for (const auto& [key, value] : table->items()) {
        const auto a = first.find(key), b = other.find(key);
        if (a == first.end() || b == other.end() || *a != *b) keys.insert(key);
      }
    }
  }
  return keys;
}

// Of alternatives with the same plugins: the parameters that tell them apart, for each position.
struct Alike {
  std::vector<Json> tables;
  std::vector<std::set<std::string>> keys = {};
};

std::string labelled(const Json& alternative, const Alike& alike) {
  std::string label;
  for (std::size_t i = 0; i < alternative.size(); ++i) {
    std::string parameters;
    for (const std::string& key : alike.keys[i]) {
      const auto value = alternative[i].find(key);
      if (value == alternative[i].end()) continue;
      parameters += (parameters.empty() ? "" : ", ") + key + "=" + value_text(*value);
    }
    label += (i == 0 ? "" : "+") + name_in(alternative[i]).get<std::string>();
    if (!parameters.empty()) label += "(" + parameters + ")";
  }
  return label;
}

// A row without a label is told by what it sets.
std::string row_label(const Row& row) {
  if (!row.label.empty()) return row.label;
  std::string label;
  for (const Setting& one : row.set) {
    label += (label.empty() ? "" : " ") + last_part(one.key) + "=" + label_text(one.value);
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

bool is_table_axis(const GridAxis& axis) {
  const What what = axis.alternatives.front().target.what;
  return what == What::slot || what == What::optimizer;
}

std::vector<std::string> alternative_labels(const GridAxis& axis, const Place& file,
                                            const Catalogue& catalogue) {
  std::vector<std::string> labels;
  if (!is_table_axis(axis)) {
    for (const Setting& one : axis.alternatives) labels.push_back(label_text(one.value));
    number_what_is_cut_alike(labels);
    return labels;
  }
  std::vector<Json> tables;
  std::map<std::string, Alike> alike;
  for (const Setting& one : axis.alternatives) {
    tables.push_back(tables_of(one, file, catalogue));
    alike[plugin_names(tables.back())].tables.push_back(tables.back());
  }
  for (auto& [names, group] : alike) {
    for (std::size_t i = 0; i < group.tables.front().size(); ++i)
      group.keys.push_back(telling(group.tables, i));
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    // A value at fault has no tables: it is shown as written.
    const std::string label = labelled(tables[i], alike[plugin_names(tables[i])]);
    labels.push_back(label.empty() ? shown(axis.alternatives[i].value) : label);
  }
  return labels;
}

std::string point_label(const Point& point, const std::vector<GridAxis>& axes,
                        const std::vector<std::string>& names,
                        const std::vector<std::vector<std::string>>& labels,
                        const std::vector<std::vector<std::string>>& zips) {
  std::vector<std::string> parts;
  if (point.row != nullptr) parts.push_back(row_label(*point.row));
  std::set<std::size_t> told;  // zips that have a label of their own
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t at = point.at[i], zip = axes[i].zip;
    if (at == absent || (point.row != nullptr && !axes[i].from_flag) ||
        (axes[i].alternatives.size() == 1 && axes[i].when == 0))
      continue;
    if (zip == 0 || zips[zip - 1].empty()) {
      parts.push_back(names[i] + "=" + labels[i][at]);
    } else if (told.insert(zip).second) {
      parts.push_back(zips[zip - 1][at]);
    }
  }
  std::string label;
  for (const std::string& part : parts) label += (label.empty() ? "" : " ") + part;
  return label;
}

std::string plugin_names(const Json& tables) {
  if (tables.is_object()) return name_in(tables).is_string() ? name_in(tables).get<std::string>() : "";
  std::string names;
  for (const Json& table : tables) {
    const Json& name = name_in(table);
    names += (names.empty() ? "" : "+") + (name.is_string() ? name.get<std::string>() : value_text(name));
  }
  return names;
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
