#include "conform/documented.h"

#include <algorithm>
#include <set>

namespace monge::conform {
namespace {

bool is_name(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

// `what`: "parameter", "value", ...; each needs a name of its own and a sentence.
template <class Named>
std::string unnamed(const std::vector<Named>& list, const std::string& what) {
  std::set<std::string> seen;
  for (const auto& one : list) {
    if (!is_name(one.name)) return "a " + what + " is named '" + one.name + "'; use [a-z0-9_]+";
    if (!seen.insert(one.name).second) return "two of its " + what + "s are named '" + one.name + "'";
  }
  return "";
}

template <class Documented>
std::string unsaid(const std::vector<Documented>& list, const std::string& what) {
  for (const auto& one : list) {
    if (one.doc.empty()) return "its " + what + " '" + one.name + "' has no sentence";
  }
  return unnamed(list, what);
}

bool holds(const Param& param, const Value& value) {
  using Type = Param::Type;
  const auto* text = std::get_if<std::string>(&value);
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  const double number = whole != nullptr ? static_cast<double>(*whole) : real != nullptr ? *real : param.min;
  const bool inside = number >= param.min && number <= param.max;
  switch (param.type) {
    case Type::real:
      return (whole != nullptr || real != nullptr) && inside;
    case Type::integer:
      return whole != nullptr && inside;
    case Type::choice:
      return text != nullptr &&
             std::find(param.choices.begin(), param.choices.end(), *text) != param.choices.end();
    default:
      return value.index() == param.fallback.index();
  }
}

std::string faulty_preset(const Schema& schema) {
  for (const auto& preset : schema.presets) {
    if (preset.paper.empty()) return "its preset '" + preset.name + "' names no paper";
    for (const auto& [name, value] : preset.values) {
      const auto param = std::find_if(schema.params.begin(), schema.params.end(),
                                      [&name = name](const Param& p) { return p.name == name; });
      if (param == schema.params.end()) {
        return "its preset '" + preset.name + "' sets '" + name + "', which is no parameter of it";
      }
      if (!holds(*param, value)) {
        return "its preset '" + preset.name + "' sets '" + name + "' to a value that is not allowed";
      }
    }
  }
  return unnamed(schema.presets, "preset");
}

std::string faulty_goal(const Schema& schema) {
  static const std::set<std::string> goals{"min", "max", "none"};
  for (const auto& value : schema.values) {
    if (!goals.contains(value.goal)) {
      return "the goal of its value '" + value.name + "' is '" + value.goal + "'; use min, max or none";
    }
  }
  return "";
}

}  // namespace

std::string undocumented(const Schema& schema) {
  if (schema.doc.empty()) return "it has no sentence that says what it is; add d.doc(...)";
  if (schema.paper.empty()) return "it does not say where it was published; add d.paper(...)";
  for (const std::string& fault :
       {unsaid(schema.params, "parameter"), unsaid(schema.values, "value"), unsaid(schema.states, "state"),
        faulty_preset(schema), faulty_goal(schema)}) {
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace monge::conform
