#include "sweep/rule_table.h"
#include "sweep/sections.h"

namespace monge::sweep {

void read_overrides(const Field& section, Parsed& parsed) {
  for (const Value* rule : rules_in(section, parsed.faults)) {
    if (!has_keys(*rule, section.key, {"if", "set"}, {}, parsed.faults)) continue;
    std::optional<Condition> condition = condition_of(*rule, parsed.faults);
    std::vector<Setting> settings = set_of(*rule, parsed.faults);
    if (condition) parsed.overrides.push_back({std::move(*condition), std::move(settings)});
  }
}

void read_excludes(const Field& section, Parsed& parsed) {
  for (const Value* rule : rules_in(section, parsed.faults)) {
    if (!has_keys(*rule, section.key, {"if", "why"}, {}, parsed.faults)) continue;
    std::optional<Condition> condition = condition_of(*rule, parsed.faults);
    const std::optional<std::string> why = text_of(*rule, "why", "a reason", parsed.faults);
    if (condition && why) parsed.excludes.push_back({std::move(*condition), {}, *why});
  }
}

void read_stops(const Field& section, Parsed& parsed) {
  for (const Value* rule : rules_in(section, parsed.faults)) {
    if (!has_keys(*rule, section.key, {"if"}, {"why"}, parsed.faults)) continue;
    std::optional<Condition> condition = condition_of(*rule, parsed.faults);
    std::optional<std::string> why = "a [[stop]] holds";  // the condition is told behind it anyway
    if (rule->field("why") != nullptr) why = text_of(*rule, "why", "a reason", parsed.faults);
    if (condition && why) parsed.stops.push_back({std::move(*condition), {}, *why});
  }
}

}  // namespace monge::sweep
