#include <limits>

#include "sweep/sweep_file.h"
#include "sweep/value.h"

namespace monge::sweep {
namespace {

constexpr std::int64_t newest_format = 1;
constexpr std::size_t most_bytes = std::size_t{1} << 30;

[[noreturn]] void fail(const Place& at, const std::string& fault) {
  throw Error(Exit::storage,
              at.text() + ": " + fault + "; give `runner sweep` again, it writes the file anew");
}

const Value& get(const Value& table, const std::string& key, Value::Kind kind) {
  const Field* field = table.field(key);
  if (field == nullptr) fail(table.at, "'" + key + "' is missing");
  if (field->value.kind != kind) fail(field->value.at, "'" + key + "' is damaged");
  return field->value;
}

std::string text(const Value& table, const std::string& key) {
  return get(table, key, Value::Kind::text).text();
}

std::int64_t integer(const Value& table, const std::string& key) {
  return get(table, key, Value::Kind::integer).scalar.get<std::int64_t>();
}

// [[key]] tables; none where the file has none.
std::vector<Value> tables(const Value& root, const std::string& key) {
  if (root.field(key) == nullptr) return {};
  const Value& list = get(root, key, Value::Kind::list);
  for (const Value& item : list.items) {
    if (!item.is_table()) fail(item.at, "'" + key + "' is damaged");
  }
  return list.items;
}

void read_head(const Value& root, record::Plan& plan) {
  const std::int64_t format = integer(root, "format");
  if (format > newest_format)
    fail(root.field("format")->value.at, "format " + std::to_string(format) + " is newer than this program");
  const Value& sweep = get(root, "sweep", Value::Kind::table);
  const Value& primary = get(sweep, "primary", Value::Kind::table);
  plan.name = text(sweep, "name");
  plan.question = text(sweep, "question");
  plan.primary_metric = text(primary, "metric");
  plan.primary_goal = text(primary, "goal");
  plan.full_product = get(sweep, "full_product", Value::Kind::boolean).scalar.get<bool>();
  for (const Value& seed : get(sweep, "seeds", Value::Kind::list).items) {
    if (seed.kind != Value::Kind::integer) fail(seed.at, "'seeds' is damaged");
    plan.seeds.push_back(seed.scalar.get<std::int64_t>());
  }
}

void read_cell(const Value& table, std::size_t index, record::Plan& plan) {
  const Value& coordinates = get(table, "coordinates", Value::Kind::table);
  record::PlannedRun run;
  run.cell_id = text(table, "id");
  run.label = text(table, "label");
  run.cell = index;
  for (const record::Axis& axis : plan.axes) {
    const Field* coordinate = coordinates.field(axis.name);
    run.coordinates.push_back(coordinate == nullptr ? Json() : plain(coordinate->value));
  }
  for (const Value& each : get(table, "runs", Value::Kind::list).items) {
    run.id = text(each, "id");
    run.seed = integer(each, "seed");
    plan.runs.push_back(run);
  }
}

// Tables are lines by themselves: a file that lost its end between two of them is TOML all the same. Files of
// earlier versions say nothing of how many cells they have.
void check_whole(const Value& root, std::size_t cells) {
  const Value& sweep = get(root, "sweep", Value::Kind::table);
  if (sweep.field("cells") == nullptr) return;
  const std::int64_t count = integer(sweep, "cells");
  if (count != static_cast<std::int64_t>(cells)) {
    fail(sweep.field("cells")->value.at, "'cells' is " + std::to_string(count) + ", and the file has " +
                                             std::to_string(cells) + " [[cell]]: it is not whole");
  }
}

}  // namespace

record::Plan read_plan(const std::filesystem::path& sweep_toml) {
  const std::string content = read_text(sweep_toml.string(), most_bytes, Exit::storage);
  Value root;
  try {
    root = parse_toml(content, sweep_toml.string(), {most_bytes, most_bytes});
  } catch (const Error& fault) {
    throw Error(Exit::storage,
                std::string(fault.what()) + "; give `runner sweep` again, it writes the file anew");
  }
  record::Plan plan;
  read_head(root, plan);
  for (const Value& axis : tables(root, "axis")) {
    plan.axes.push_back({text(axis, "key"), text(axis, "name"), {}});
    for (const Value& value : get(axis, "values", Value::Kind::list).items)
      plan.axes.back().values.push_back(plain(value));
  }
  std::size_t index = 0;
  for (const Value& cell : tables(root, "cell")) read_cell(cell, index++, plan);
  check_whole(root, index);
  return plan;
}

}  // namespace monge::sweep
