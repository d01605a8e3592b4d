#include "sweep/generator.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

void read_axes(const Value& table, const std::string& prefix, Parsed& parsed) {
  for (const Field& field : table.fields) {
    const std::string key = prefix.empty() ? field.key : prefix + "." + field.key;
    if (field.value.is_table() && !is_generator(field.value) && !field.value.braces) {
      read_axes(field.value, key, parsed);
    } else {
      add_axis(key, field.at, field.value, parsed.axes, parsed.faults);
    }
  }
}

}  // namespace

void read_grid(const Field& section, Parsed& parsed) {
  if (!section.value.is_table()) {
    parsed.faults.add(section.at, "'grid' is a table of axes: [grid] loss = [\"bce\", \"wasserstein\"]");
    return;
  }
  read_axes(section.value, "", parsed);
}

void add_axis(const std::string& key, const Place& at, const Value& value, std::vector<GridAxis>& to,
              Faults& faults) {
  const KeyReading reading = read_key(key);
  if (!reading.fault.empty()) {
    faults.add(at, reading.fault);
    return;
  }
  for (const GridAxis& axis : to) {
    if (axis.key == key) {
      faults.add(at, "the axis '" + key + "' is given twice");
      return;
    }
  }
  std::vector<Value> alternatives;
  if (value.is_list()) {
    alternatives = value.items;
    if (alternatives.empty()) faults.add(value.at, "the axis '" + key + "' has no values");
  } else if (value.is_table() && is_generator(value)) {
    alternatives = generate(value, faults);
  } else {
    faults.add(value.at, "the axis '" + key +
                             "' must be a list of values or one of { range = [a, b, step] }, " +
                             "{ lin = [a, b, n] }, { log = [a, b, n] }, got " + shown(value));
  }
  if (alternatives.empty()) return;
  GridAxis axis{key, at, {}, false};
  for (Value& alternative : alternatives) {
    const Place place = alternative.at;
    axis.alternatives.push_back({key, reading.target, place, std::move(alternative)});
  }
  to.push_back(std::move(axis));
}

}  // namespace monge::sweep
