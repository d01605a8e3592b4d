#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>

#include "sweep/nearest.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

using Kind = Value::Kind;

constexpr std::int64_t most_seeds = 100'000;
constexpr std::int64_t most_samples = 100'000, most_seed = std::int64_t{1} << 53;
constexpr std::size_t longest_name = 100;

bool is_folder_name(const std::string& name) {
  const auto safe = [](unsigned char c) {
    return (c < 128 && std::isalnum(c) != 0) || c == '_' || c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), safe) &&
         name.front() != '.' && name.front() != '-';
}

void read_name(const Value& value, Parsed& parsed) {
  parsed.name = value.is_text() ? value.text() : "";
  if (is_folder_name(parsed.name)) return;
  parsed.name.clear();
  parsed.faults.add(
      value.at, "'name' must be a folder's name of letters, digits, '_', '-' and '.', got " + shown(value));
}

void read_primary(const Value& value, Parsed& parsed) {
  const std::string form = "'primary' is a metric or { metric = \"...\", goal = \"min\" }, got ";
  if (value.is_text()) {
    parsed.primary = {value.text(), "", value.at, value.at};
    return;
  }
  const Field* metric = value.is_table() ? value.field("metric") : nullptr;
  if (metric == nullptr || !metric->value.is_text()) {
    parsed.faults.add(value.at, form + shown(value));
    return;
  }
  parsed.primary = {metric->value.text(), "", metric->value.at, metric->value.at};
  for (const Field& field : value.fields) {
    if (field.key == "metric") continue;
    if (field.key != "goal") {
      parsed.faults.add(field.at, "'primary' has no '" + field.key + "'" +
                                      did_you_mean(field.key, {"metric", "goal"}) + "  Known: metric, goal");
      continue;
    }
    const bool known = field.value.is_text() && (field.value.text() == "min" || field.value.text() == "max");
    if (known) {
      parsed.primary.goal = field.value.text();
      parsed.primary.goal_at = field.value.at;
    } else {
      parsed.faults.add(field.value.at, "'goal' must be \"min\" or \"max\", got " + shown(field.value));
    }
  }
}

std::optional<std::int64_t> whole(const Field& field, std::int64_t least, std::int64_t most, Faults& faults) {
  if (field.value.kind == Kind::integer) {
    const auto number = field.value.scalar.get<std::int64_t>();
    if (number >= least && number <= most) return number;
  }
  faults.add(field.value.at, "'" + field.key + "' must be an integer from " + std::to_string(least) + " to " +
                                 std::to_string(most) + ", got " + shown(field.value));
  return std::nullopt;
}

// "90s", "5m", "3h", "1d", or seconds as a number
std::optional<double> seconds_from(const Value& value) {
  if (value.kind == Kind::integer || value.kind == Kind::real) return value.scalar.get<double>();
  if (!value.is_text()) return std::nullopt;
  const std::string text = value.text();
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || text.data() + text.size() - read.ptr != 1) return std::nullopt;
  switch (*read.ptr) {
    case 's':
      return number;
    case 'm':
      return number * 60;
    case 'h':
      return number * 3600;
    case 'd':
      return number * 86400;
    default:
      return std::nullopt;
  }
}

}  // namespace

void read_experiment_section(const Field& section, Parsed& parsed) {
  const std::vector<std::string> known{"name", "seeds", "primary", "samples", "samples_seed"};
  if (!section.value.is_table()) {
    parsed.faults.add(section.at, "'experiment' is a table: [experiment] name = \"...\"");
    return;
  }
  for (const Field& field : section.value.fields) {
    if (field.key == "name") {
      read_name(field.value, parsed);
    } else if (field.key == "seeds") {
      read_seeds(field.value, Exit::experiment, parsed);
    } else if (field.key == "primary") {
      read_primary(field.value, parsed);
    } else if (field.key == "samples") {
      if (const auto samples = whole(field, 1, most_samples, parsed.faults)) {
        parsed.samples = static_cast<std::size_t>(*samples);
      }
    } else if (field.key == "samples_seed") {
      parsed.samples_seed = whole(field, 0, most_seed, parsed.faults).value_or(1);
    } else {
      const std::string home = unknown_setting("experiment", field.key);
      const bool elsewhere = home.find("belongs to") != std::string::npos;
      parsed.faults.add(field.at, elsewhere
                                      ? home
                                      : "[experiment] has no setting '" + field.key + "'" +
                                            did_you_mean(field.key, known) + "  Known: " + listed(known));
    }
  }
}

void read_seeds(const Value& value, Exit exit, Parsed& parsed) {
  const auto fail = [&](const std::string& fault) {
    parsed.faults.add(value.at, "'seeds' " + fault + ", got " + shown(value), exit);
  };
  parsed.seeds.clear();
  if (value.kind == Kind::integer) {
    const auto count = value.scalar.get<std::int64_t>();
    if (count < 1 || count > most_seeds) return fail("must be a number from 1 to 100000 or a list");
    for (std::int64_t seed = 1; seed <= count; ++seed) parsed.seeds.push_back(seed);
    return;
  }
  if (!value.is_list() || value.items.empty()) {
    return fail("must be a number of seeds (3 stands for 1, 2, 3) or a list of them");
  }
  std::set<std::int64_t> seen;
  for (const Value& item : value.items) {
    if (item.kind != Kind::integer || item.scalar.get<std::int64_t>() < 0 ||
        item.scalar.get<std::int64_t>() > most_seed) {
      return fail("must hold integers from 0 to 9007199254740992");  // 2^53: tables have them as doubles
    }
    parsed.seeds.push_back(item.scalar.get<std::int64_t>());
    if (!seen.insert(parsed.seeds.back()).second) return fail("names " + shown(item) + " twice");
  }
}

void read_resources(const Field& section, Parsed& parsed) {
  if (!section.value.is_table()) {
    parsed.faults.add(section.at, "'resources' is a table: [resources] timeout = \"2h\"");
    return;
  }
  for (const Field& field : section.value.fields) {
    if (field.key != "timeout") {
      parsed.faults.add(field.at, "[resources] has no setting '" + field.key + "'" +
                                      did_you_mean(field.key, {"timeout"}) + "  Known: timeout");
      continue;
    }
    const std::optional<double> seconds = seconds_from(field.value);
    if (seconds && *seconds > 0 && std::isfinite(*seconds)) {
      parsed.timeout_seconds = seconds;
    } else {
      parsed.faults.add(field.value.at,
                        "'timeout' must be seconds above 0 or a time such as \"90s\", \"5m\" or "
                        "\"3h\", got " +
                            shown(field.value));
    }
  }
}

}  // namespace monge::sweep
