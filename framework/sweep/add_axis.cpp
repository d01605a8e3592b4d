#include <algorithm>

#include "sweep/generator.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

const char* const forms =
    "' must be a list of values or one of { range = [a, b, step] }, { lin = [a, b, n] }, { log = [a, b, n] "
    "}, "
    "{ uniform = [a, b] }, { log_uniform = [a, b] }, { choice = [...] }, got ";

// Two [[when]]s may have one key: their conditions tell the cells apart.
bool given_twice(const std::string& key, std::size_t when, const std::vector<GridAxis>& axes) {
  return std::any_of(axes.begin(), axes.end(), [&](const GridAxis& axis) {
    return axis.key == key && (axis.when == when || axis.when == 0 || when == 0);
  });
}

void add_each(const std::string& prefix, const Value& table, const Together& together, Parsed& parsed) {
  for (const Field& field : table.fields) {
    const std::string key = prefix.empty() ? field.key : prefix + "." + field.key;
    const bool axis = !field.value.is_table() || is_generator(field.value) || is_random(field.value);
    if (!axis && !field.value.braces) {
      add_each(key, field.value, together, parsed);
    } else {
      add_axis({key, field.at, field.value, together}, parsed.axes, parsed.faults);
    }
  }
}

}  // namespace

void add_axes(const Value& table, const Together& together, Parsed& parsed) {
  add_each("", table, together, parsed);
}

void add_axis(const WrittenAxis& written, std::vector<GridAxis>& to, Faults& faults) {
  const auto& [key, at, value, together] = written;
  const KeyReading reading = read_key(key);
  if (!reading.fault.empty()) {
    faults.add(at, reading.fault);
    return;
  }
  if (given_twice(key, together.when, to)) {
    faults.add(at, "the axis '" + key + "' is given twice");
    return;
  }
  GridAxis axis{key, at, {}, false, together.zip, together.when};
  std::vector<Value> values;
  if (value.is_list()) {
    values = value.items;
    if (values.empty()) faults.add(value.at, "the axis '" + key + "' has no values");
  } else if (is_random(value)) {
    axis.random = read_random(value, faults);
    if (axis.random) values = axis.random->choices;
  } else if (is_generator(value)) {
    values = generate(value, faults);
  } else {
    faults.add(value.at, "the axis '" + key + forms + shown(value));
  }
  if (values.empty() && !axis.random) return;
  axis.alternatives.reserve(values.size());
  for (Value& alternative : values) {
    const Place place = alternative.at;
    axis.alternatives.push_back({key, reading.target, place, std::move(alternative)});
  }
  to.push_back(std::move(axis));
}

}  // namespace monge::sweep
