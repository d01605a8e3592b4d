#include "sweep/nearest.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

// The keys of one rule: every one of `allowed` exactly once, and nothing else.
bool has_keys(const Value& rule, const std::string& name, const std::vector<std::string>& allowed,
              Faults& faults) {
  bool good = true;
  for (const Field& field : rule.fields) {
    bool known = false;
    for (const std::string& key : allowed) known = known || key == field.key;
    if (!known) {
      faults.add(field.at, "[[" + name + "]] has no key '" + field.key + "'" +
                               did_you_mean(field.key, allowed) + "  Known: " + listed(allowed));
    }
  }
  for (const std::string& key : allowed) {
    if (rule.field(key) != nullptr) continue;
    const std::string why = key == "why" ? ": say why these cells do not run, it goes into the results" : "";
    faults.add(rule.at, "[[" + name + "]] needs '" + key + "'" + why);
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

// [[name]] tables, or one [name]
std::vector<const Value*> rules_in(const Field& section, Faults& faults) {
  if (section.value.is_table()) return {&section.value};
  std::vector<const Value*> rules;
  for (const Value& item : section.value.items) {
    if (item.is_table()) rules.push_back(&item);
  }
  if (!section.value.is_list() || rules.size() != section.value.items.size()) {
    faults.add(section.at, "'" + section.key + "' is a list of rules: [[" + section.key + "]]");
    return {};
  }
  return rules;
}

}  // namespace

void read_overrides(const Field& section, Parsed& parsed) {
  for (const Value* rule : rules_in(section, parsed.faults)) {
    if (!has_keys(*rule, section.key, {"if", "set"}, parsed.faults)) continue;
    std::optional<Condition> condition = condition_of(*rule, parsed.faults);
    const Value& set = rule->field("set")->value;
    std::vector<Setting> settings;
    if (set.is_table() && !set.fields.empty()) {
      add_flattened(set, "", settings, parsed.faults);
    } else {
      parsed.faults.add(
          set.at, "'set' must be a table such as { \"optimizer.kind\" = \"rmsprop\" }, got " + shown(set));
    }
    if (condition) parsed.overrides.push_back({std::move(*condition), std::move(settings)});
  }
}

void read_excludes(const Field& section, Parsed& parsed) {
  for (const Value* rule : rules_in(section, parsed.faults)) {
    if (!has_keys(*rule, section.key, {"if", "why"}, parsed.faults)) continue;
    std::optional<Condition> condition = condition_of(*rule, parsed.faults);
    const Value& why = rule->field("why")->value;
    const bool reason = why.is_text() && why.text().find_first_not_of(" \t\r\n") != std::string::npos;
    if (!reason) parsed.faults.add(why.at, "'why' must be a reason in quotes, got " + shown(why));
    if (condition && reason) parsed.excludes.push_back({std::move(*condition), {}, why.text()});
  }
}

}  // namespace monge::sweep
