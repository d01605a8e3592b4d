// [grid], [[zip]], [[when]] and [[row]]: what makes cells.
#include <algorithm>
#include <map>

#include "sweep/counted.h"
#include "sweep/generator.h"
#include "sweep/rule_table.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

// Axes that move together have as many values, and none of them is random.
void check_zip(const Value& table, std::size_t zip, Parsed& parsed) {
  const GridAxis* first = nullptr;
  for (const GridAxis& axis : parsed.axes) {
    if (axis.zip != zip) continue;
    if (axis.random) {
      parsed.faults.add(axis.at,
                        "a random axis does not stand in a [[zip]]: those of [grid] are drawn together");
      continue;
    }
    if (first == nullptr) first = &axis;
    if (axis.alternatives.size() == first->alternatives.size()) continue;
    parsed.faults.add(axis.at, "axes of a [[zip]] move together: '" + axis.key + "' has " +
                                   counted(axis.alternatives.size(), "value") + ", '" + first->key +
                                   "' has " + std::to_string(first->alternatives.size()));
  }
  std::erase_if(parsed.axes, [&](const GridAxis& axis) { return axis.zip == zip && axis.random; });
  if (first == nullptr) {
    parsed.faults.add(table.at, "[[zip]] holds axes that move together: dataset = [\"mnist\", \"ring\"]");
  }
  const std::vector<std::string>& labels = parsed.zips[zip - 1];
  if (first != nullptr && !labels.empty() && labels.size() != first->alternatives.size()) {
    parsed.faults.add(table.field("label")->at, "'label' has " + counted(labels.size(), "text") + " for " +
                                                    counted(first->alternatives.size(), "value"));
    parsed.zips[zip - 1].clear();
  }
}

std::vector<std::string> zip_labels(const Value& value, Faults& faults) {
  std::vector<std::string> labels;
  for (const Value& item : value.items) {
    if (item.is_text()) labels.push_back(item.text());
  }
  if (!value.is_list() || labels.size() != value.items.size() || labels.empty()) {
    faults.add(value.at, "'label' must be a list of texts, one for each value, got " + shown(value));
    return {};
  }
  return labels;
}

}  // namespace

void read_grid(const Field& section, Parsed& parsed) {
  if (!section.value.is_table()) {
    parsed.faults.add(section.at, "'grid' is a table of axes: [grid] loss = [\"bce\", \"wasserstein\"]");
    return;
  }
  add_axes(section.value, {}, parsed);
}

void read_zips(const Field& section, Parsed& parsed) {
  for (const Value* table : rules_in(section, parsed.faults)) {
    parsed.zips.emplace_back();
    Value axes = *table;
    std::erase_if(axes.fields, [](const Field& field) { return field.key == "label"; });
    if (const Field* label = table->field("label"); label != nullptr) {
      parsed.zips.back() = zip_labels(label->value, parsed.faults);
    }
    const std::size_t zip = parsed.zips.size();
    add_axes(axes, {zip, 0}, parsed);
    check_zip(*table, zip, parsed);
  }
}

void read_whens(const Field& section, Parsed& parsed) {
  for (const Value* table : rules_in(section, parsed.faults)) {
    if (!has_keys(*table, section.key, {"if", "grid"}, {}, parsed.faults)) continue;
    std::optional<Condition> condition = condition_of(*table, parsed.faults);
    const Value& grid = table->field("grid")->value;
    if (!grid.is_table() || grid.fields.empty()) {
      parsed.faults.add(
          grid.at,
          "'grid' must be a table of axes such as { \"enforcer.weight\" = [1, 10] }, got " + shown(grid));
      continue;
    }
    if (!condition) continue;
    parsed.whens.push_back(std::move(*condition));
    add_axes(grid, {0, parsed.whens.size()}, parsed);
  }
}

void read_rows(const Field& section, Parsed& parsed) {
  std::map<std::string, Place> labels;
  for (const Value* table : rules_in(section, parsed.faults)) {
    if (!has_keys(*table, section.key, {"set"}, {"label"}, parsed.faults)) continue;
    std::optional<std::string> label = "";
    if (table->field("label") != nullptr) label = text_of(*table, "label", "a name", parsed.faults);
    if (label && !label->empty()) {
      const Place& at = table->field("label")->at;
      const auto [first, is_new] = labels.emplace(*label, at);
      if (!is_new)
        parsed.faults.add(at, "the label '" + *label + "' is given twice, first in line " +
                                  std::to_string(first->second.line) +
                                  ": tables would not tell the cells apart");
    }
    std::vector<Setting> settings = set_of(*table, parsed.faults);
    parsed.rows.push_back({label.value_or(""), table->at, std::move(settings)});
  }
}

}  // namespace monge::sweep
