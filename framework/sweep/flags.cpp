#include "sweep/flags.h"

#include <algorithm>
#include <map>

#include "sweep/generator.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

bool is_whole_experiment(const std::string& key) {
  return key.starts_with("experiment.") || key.starts_with("resources.");
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

struct Flag {
  std::string key, value;
  Place at;
};

// A flag without '=' is reported by `split_or_fault` and has an empty key.
Flag split(const std::string& name, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return {"", text, {name + " " + text}};
  return {trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)), {name + " " + text}};
}

bool complete(const Flag& flag, const std::string& form, Faults& faults) {
  if (!flag.key.empty() && !flag.value.empty()) return true;
  faults.add(flag.at, "expected " + form, Exit::usage);
  return false;
}

// Commas outside brackets and quotes.
std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',' && depth == 0) {
      parts.emplace_back();
      continue;
    }
    parts.back() += c;
  }
  return parts;
}

std::optional<Value> axis_value(const Flag& flag) {
  std::optional<Value> whole = parse_flag_value(flag.value, flag.at);
  if (whole && (is_generator(*whole) || is_random(*whole))) return whole;
  Value list;
  list.kind = Value::Kind::list;
  list.at = flag.at;
  for (const std::string& part : split_at_commas(flag.value)) {
    std::optional<Value> item = parse_flag_value(trimmed(part), flag.at);
    if (!item) return std::nullopt;
    list.items.push_back(std::move(*item));
  }
  return list;
}

void put(Value& table, const std::string& path, const Place& at, const Value& value) {
  const std::size_t dot = path.find('.');
  const std::string first = path.substr(0, dot);
  auto found =
      std::find_if(table.fields.begin(), table.fields.end(), [&](const Field& f) { return f.key == first; });
  if (found == table.fields.end()) {
    table.fields.push_back({first, at, {}});
    found = table.fields.end() - 1;
    found->value.at = at;
  }
  if (dot == std::string::npos) {
    *found = {first, at, value};
  } else {
    if (!found->value.is_table()) found->value = {};
    put(found->value, path.substr(dot + 1), at, value);
  }
}

bool holds(const std::string& table, const std::string& key) {
  return key == table || key.starts_with(table + ".");
}

// The file's axes give way to a flag with their key, and to one with a table that they are inside of. Returns
// where the first of them stood, or the end.
std::size_t remove_axes(const std::string& key, const Place& at, Parsed& parsed) {
  std::vector<GridAxis>& axes = parsed.axes;
  std::size_t place = axes.size();
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (axes[i].from_flag || !holds(key, axes[i].key)) continue;
    if (axes[i].key != key) {
      parsed.warnings.push_back(axes[i].at.text() + ": the axis '" + axes[i].key +
                                "' has no effect: " + at.text() + " is given for all of '" + key + "'");
    }
    axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(i));
    place = i;
  }
  return std::min(place, axes.size());
}

void read_axis_flags(const std::vector<std::string>& flags, Parsed& parsed) {
  std::vector<GridAxis> added;
  for (const std::string& text : flags) {
    const Flag flag = split("--axis", text);
    if (!complete(flag, "--axis key=a,b", parsed.faults)) continue;
    const std::optional<Value> value = axis_value(flag);
    if (value && value->items.size() == 1 && value->items[0].kind == Value::Kind::list) {
      parsed.faults.add(flag.at,
                        "a list is one value, and an axis of one is none; for a cell each leave the outer "
                        "brackets out: --axis key=a,b; for all cells: --set key=[a, b]",
                        Exit::usage);
    } else if (value) {
      add_axis({flag.key, flag.at, *value}, added, parsed.faults);
    } else {
      parsed.faults.add(flag.at, "'" + flag.value + "' is not a list of values: expected --axis key=a,b",
                        Exit::usage);
    }
  }
  for (GridAxis& axis : added) {
    axis.from_flag = true;
    const std::size_t place = remove_axes(axis.key, axis.at, parsed);
    parsed.axes.insert(parsed.axes.begin() + static_cast<std::ptrdiff_t>(place), std::move(axis));
  }
}

void read_set_flags(const std::vector<std::string>& flags, Parsed& parsed) {
  for (const std::string& text : flags) {
    const Flag flag = split("--set", text);
    if (!complete(flag, "--set key=value", parsed.faults) || is_whole_experiment(flag.key)) continue;
    const std::optional<Value> value = parse_flag_value(flag.value, flag.at);
    if (!value) {
      parsed.faults.add(flag.at, "'" + flag.value + "' is not a value: expected --set key=value",
                        Exit::usage);
      continue;
    }
    add_setting(flag.key, flag.at, *value, parsed.set, parsed.faults);
    std::erase_if(parsed.axes, [&](const GridAxis& axis) {
      const bool contradicts = axis.from_flag && holds(flag.key, axis.key);
      if (contradicts) parsed.faults.add(flag.at, "contradicts " + axis.at.text(), Exit::usage);
      return contradicts;
    });
    remove_axes(flag.key, flag.at, parsed);
  }
}

void check_once(const std::vector<std::string>& flags, Faults& faults) {
  std::map<std::string, Place> first;
  for (const std::string& text : flags) {
    const Flag flag = split("--set", text);
    const auto [known, is_new] = first.try_emplace(flag.key, flag.at);
    if (is_new || flag.key.empty()) continue;
    faults.add(flag.at, "'" + flag.key + "' is given twice, first by " + known->second.text(), Exit::usage);
  }
}

}  // namespace

void set_in_file(const CommandLine& command_line, Value& root, Parsed& parsed) {
  check_once(command_line.set, parsed.faults);
  for (const std::string& text : command_line.set) {
    const Flag flag = split("--set", text);
    if (!is_whole_experiment(flag.key) || flag.value.empty()) continue;
    if (std::count(flag.key.begin(), flag.key.end(), '.') > 2) {
      parsed.faults.add(flag.at, "no key '" + flag.key + "'");
      continue;
    }
    if (const std::optional<Value> value = parse_flag_value(flag.value, flag.at)) {
      put(root, flag.key, flag.at, *value);
    } else {
      parsed.faults.add(flag.at, "'" + flag.value + "' is not a value: expected --set key=value",
                        Exit::usage);
    }
  }
}

void read_flags(const CommandLine& command_line, Parsed& parsed) {
  read_axis_flags(command_line.axis, parsed);
  read_set_flags(command_line.set, parsed);
  if (!command_line.only.empty()) {
    const Place at{"--only '" + command_line.only + "'"};
    parsed.only = Condition::parse(command_line.only, at, Exit::usage, parsed.faults);
  }
  if (!command_line.seeds.empty()) {
    const Place at{"--seeds " + command_line.seeds};
    for (const std::string& text : command_line.set)
      if (const Flag flag = split("--set", text); flag.key == "experiment.seeds")
        parsed.faults.add(flag.at, "contradicts " + at.text(), Exit::usage);
    const bool list = command_line.seeds.find(',') != std::string::npos;
    const std::string text = list ? "[" + command_line.seeds + "]" : command_line.seeds;
    if (const std::optional<Value> value = parse_flag_value(text, at)) {
      read_seeds(*value, Exit::usage, parsed);
    } else {
      parsed.faults.add(at, "expected a number of seeds or a list such as 1,7,9", Exit::usage);
    }
  }
}

}  // namespace monge::sweep
