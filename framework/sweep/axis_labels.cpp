#include "sweep/axis_labels.h"

#include <algorithm>
#include <iterator>

#include "sweep/cell.h"
#include "sweep/label.h"

namespace monge::sweep {
namespace {

using What = Target::What;

// Long ones may be cut to one text: they are numbered in front, where a narrow terminal shows it.
void number_what_is_cut_alike(std::vector<std::string>& labels) {
  std::map<std::string, int> uses;
  for (const std::string& label : labels) ++uses[label];
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (uses[labels[i]] > 1 && labels[i].ends_with("..."))
      labels[i] = "#" + std::to_string(i + 1) + " " + labels[i];
  }
}

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

std::string joined(const std::vector<Json>& values) {
  std::string text;
  for (const Json& value : values) text += (text.empty() ? "" : "+") + value_text(value);
  return text;
}

// Names of the plugins (or of the optimiser) alone.
std::string plugin_names(const Json& tables) {
  std::vector<Json> names;
  std::transform(tables.begin(), tables.end(), std::back_inserter(names), name_in);
  return joined(names);
}

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

std::string labelled(const Json& alternative, const std::vector<std::set<std::string>>& told) {
  std::string label;
  for (std::size_t i = 0; i < alternative.size(); ++i) {
    std::string parameters;
    for (const std::string& key : told[i]) {
      const auto value = alternative[i].find(key);
      if (value == alternative[i].end()) continue;
      parameters += (parameters.empty() ? "" : ", ") + key + "=" + value_text(*value);
    }
    label += (i == 0 ? "" : "+") + name_in(alternative[i]).get<std::string>();
    if (!parameters.empty()) label += "(" + parameters + ")";
  }
  return label;
}

std::string names_written(const Value& value) {
  if (value.is_text()) return value.text();
  std::string names;
  if (const Field* plugin = value.field("plugin"); plugin != nullptr) names = names_written(plugin->value);
  for (const Value& item : value.items) names += (names.empty() ? "" : "+") + names_written(item);
  return names;
}

bool is_same(const Json& a, const Json& b) { return a == b || value_text(a) == value_text(b); }

// Less what another axis gives to all cells.
std::set<std::string> told_here(const GridAxis& axis, const std::vector<GridAxis>& all,
                                std::set<std::string> keys) {
  for (const GridAxis& other : all)
    if (other.when == 0 && other.key.starts_with(axis.key + "."))
      keys.erase(other.key.substr(axis.key.size() + 1));
  return keys;
}

// The cell's value of a parameter that an alternative's label tells, null where it has none.
Json value_in(const Json& config, const Setting& alternative, std::size_t position, const std::string& key) {
  if (alternative.target.what == What::optimizer) return of_key(alternative.key + "." + key, config);
  std::string path = "/" + alternative.key;
  std::replace(path.begin(), path.end(), '.', '/');
  const Json::json_pointer place(path);
  if (!config.contains(place)) return nullptr;
  const Json& found = config.at(place);
  if (found.is_array() && position >= found.size()) return nullptr;
  const Json& table = found.is_array() ? found.at(position) : found;
  return table.is_object() ? table.value(key, Json()) : Json();
}

bool is_preset(const Target& target) {
  return target.what == What::slot_parameter && target.name == "preset";
}

}  // namespace

bool is_table_axis(const GridAxis& axis) {
  const What what = axis.alternatives.front().target.what;
  return what == What::slot || what == What::optimizer;
}

bool is_labelled_axis(const GridAxis& axis) {
  return is_table_axis(axis) || is_preset(axis.alternatives.front().target);
}

std::string in_cell(const Setting& written, const std::string& text, const Json& config) {
  if (config.is_null() || is_preset(written.target)) return text;
  if (written.target.what == What::slot) {
    const std::string names = joined(look_up(config, written.key));
    return names.empty() || names == names_written(written.value) ? text : names;
  }
  const Json &before = written.value.scalar, now = of_key(written.key, config);
  const bool comparable =
      (before.is_number() && now.is_number()) || (before.is_boolean() && now.is_boolean());
  return comparable && before != now ? value_text(now) : text;
}

Json of_key(const std::string& key, const Json& config) {
  const auto as_coordinate = [](const Json& value) {
    return value.is_array() ? Json(value_text(value)) : value;
  };
  const std::vector<Json> found = look_up(config, key);
  const std::set<Json> different(found.begin(), found.end());
  if (different.size() == 1) return as_coordinate(found.front());
  return different.empty() ? Json() : Json(joined(found));
}

AxisLabels::AxisLabels(const GridAxis& axis, const std::vector<GridAxis>& all, const Place& file,
                       const Catalogue& catalogue)
    : axis_(&axis) {
  if (!is_table_axis(axis)) {
    for (const Setting& one : axis.alternatives) texts_.push_back(label_text(one.value));
    number_what_is_cut_alike(texts_);
    return;
  }
  std::map<std::string, std::vector<Json>> alike;  // by the names of their plugins
  for (const Setting& one : axis.alternatives) {
    tables_.push_back(tables_of(one, file, catalogue));
    alike[plugin_names(tables_.back())].push_back(tables_.back());
  }
  std::map<std::string, std::vector<std::set<std::string>>> told;
  for (const auto& [names, group] : alike) {
    for (std::size_t i = 0; i < group.front().size(); ++i)
      told[names].push_back(told_here(axis, all, telling(group, i)));
  }
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    told_.push_back(told[plugin_names(tables_[i])]);
    // A value at fault has no tables: it is shown as written.
    const std::string label = labelled(tables_[i], told_.back());
    texts_.push_back(label.empty() ? shown(axis.alternatives[i].value) : label);
  }
}

AxisLabels::AxisLabels(const GridAxis& axis, std::vector<std::string> given)
    : axis_(&axis), texts_(std::move(given)) {}

std::string AxisLabels::in_cell(std::size_t at, const Json& config) const {
  const Setting& written = axis_->alternatives[at];
  std::string text = sweep::in_cell(written, texts_[at], config);
  // Those of a [[zip]] are its author's words.
  if (text != texts_[at] || told_.empty() || config.is_null()) return text;
  Json now = tables_[at];
  bool differs = false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    for (const std::string& key : told_[at][i]) {
      const Json value = value_in(config, written, i, key);
      if (value.is_null() || !now[i].contains(key) || is_same(value, now[i][key])) continue;
      now[i][key] = value;
      differs = true;
    }
  }
  return differs ? labelled(now, told_[at]) : text;
}

}  // namespace monge::sweep
