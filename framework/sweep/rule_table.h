// What [[override]], [[exclude]], [[when]], [[row]] and [[stop]] have in common: tables of a few known keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sweep/parsed.h"

namespace monge::sweep {

/// The [[name]] tables of a section, or its one [name].
std::vector<const Value*> rules_in(const Field& section, Faults& faults);

/// Whether the table has every key of `needed`; those neither there nor in `optional` are faults too.
bool has_keys(const Value& rule, const std::string& name, const std::vector<std::string>& needed,
              const std::vector<std::string>& optional, Faults& faults);

/// The rule's `if`.
std::optional<Condition> condition_of(const Value& rule, Faults& faults);

/// A text that says something, or none: "'why' must be a reason in quotes".
std::optional<std::string> text_of(const Value& rule, const std::string& key, const std::string& what,
                                   Faults& faults);

/// The rule's `set` as settings.
std::vector<Setting> set_of(const Value& rule, Faults& faults);

}  // namespace monge::sweep
