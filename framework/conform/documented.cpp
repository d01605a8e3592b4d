#include "conform/documented.h"

#include <algorithm>

namespace monge::conform {
namespace {

// `what`: "parameter", "value", ...; each needs a sentence.
template <class Documented>
std::string unsaid(const std::vector<Documented>& list, const std::string& what) {
  for (const auto& one : list) {
    if (one.doc.empty()) return "its " + what + " '" + one.name + "' has no sentence";
  }
  return "";
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
      const auto param =
          std::find_if(schema.params.begin(), schema.params.end(),
                       [&name = name](const Param& p) { return p.name == name; });  // there: plugin/schema
      if (!holds(*param, value)) {
        return "its preset '" + preset.name + "' sets '" + name + "' to a value that is not allowed";
      }
    }
  }
  return "";
}

}  // namespace

std::string undocumented(const Schema& schema) {
  if (schema.doc.empty()) return "it has no sentence that says what it is; add d.doc(...)";
  if (schema.paper.empty()) return "it does not say where it was published; add d.paper(...)";
  for (const std::string& fault : {unsaid(schema.params, "parameter"), unsaid(schema.values, "value"),
                                   unsaid(schema.states, "state"), faulty_preset(schema)}) {
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace monge::conform
