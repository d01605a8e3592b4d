#include "sweep/rule_table.h"

#include <algorithm>

#include "sweep/nearest.h"
#include "sweep/sections.h"

namespace monge::sweep {

std::vector<const Value*> rules_in(const Field& section, Faults& faults) {
  if (section.value.is_table()) return {&section.value};
  std::vector<const Value*> rules;
  rules.reserve(section.value.items.size());
  for (const Value& item : section.value.items) {
    if (item.is_table()) rules.push_back(&item);
  }
  if (!section.value.is_list() || rules.size() != section.value.items.size()) {
    faults.add(section.at, "'" + section.key + "' is a list of rules: [[" + section.key + "]]");
    return {};
  }
  return rules;
}

bool has_keys(const Value& rule, const std::string& name, const std::vector<std::string>& needed,
              const std::vector<std::string>& optional, Faults& faults) {
  std::vector<std::string> allowed = needed;
  allowed.insert(allowed.end(), optional.begin(), optional.end());
  for (const Field& field : rule.fields) {
    if (std::find(allowed.begin(), allowed.end(), field.key) != allowed.end()) continue;
    faults.add(field.at, "[[" + name + "]] has no key '" + field.key + "'" +
                             did_you_mean(field.key, allowed) + "  Known: " + listed(allowed));
  }
  bool good = true;
  for (const std::string& key : needed) {
    if (rule.field(key) != nullptr) continue;
    const bool excludes = key == "why" && name == "exclude";
    faults.add(rule.at, "[[" + name + "]] needs '" + key + "'" +
                            (excludes ? ": say why these cells do not run, it goes into the results" : ""));
    good = false;
  }
  return good;
}

std::optional<Condition> condition_of(const Value& rule, Faults& faults) {
  const Value& condition = rule.field("if")->value;
  if (condition.is_text()) return Condition::parse(condition.text(), condition.at, Exit::experiment, faults);
  faults.add(condition.at, "'if' must be a condition in quotes, got " + shown(condition));
  return std::nullopt;
}

std::optional<std::string> text_of(const Value& rule, const std::string& key, const std::string& what,
                                   Faults& faults) {
  const Value& text = rule.field(key)->value;
  const bool good = text.is_text() && text.text().find_first_not_of(" \t\r\n") != std::string::npos;
  if (good) return text.text();
  faults.add(text.at, "'" + key + "' must be " + what + " in quotes, got " + shown(text));
  return std::nullopt;
}

std::vector<Setting> set_of(const Value& rule, Faults& faults) {
  const Value& set = rule.field("set")->value;
  std::vector<Setting> settings;
  if (set.is_table() && !set.fields.empty()) {
    add_flattened(set, "", settings, faults);
  } else {
    faults.add(set.at,
               "'set' must be a table such as { \"optimizer.kind\" = \"rmsprop\" }, got " + shown(set));
  }
  return settings;
}

}  // namespace monge::sweep
