#include "plugin/schema.h"

#include <monge/nearest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace monge::plugin {
namespace {

bool is_name(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

// `what`: "parameter", "value", ...; each needs a name of its own.
template <class Named>
std::string misnamed(const std::vector<Named>& list, const std::string& what) {
  std::set<std::string> seen;
  for (const auto& one : list) {
    if (!is_name(one.name)) return "a " + what + " is named '" + one.name + "'; use [a-z0-9_]+";
    if (!seen.insert(one.name).second) return "two of its " + what + "s are named '" + one.name + "'";
  }
  return "";
}

bool has_default(const Param& param) {
  if (param.type == Param::Type::choice) {
    const auto* text = std::get_if<std::string>(&param.fallback);
    return text != nullptr &&
           std::find(param.choices.begin(), param.choices.end(), *text) != param.choices.end();
  }
  const auto* real = std::get_if<double>(&param.fallback);
  const auto* whole = std::get_if<std::int64_t>(&param.fallback);
  if (real == nullptr && whole == nullptr) return true;
  const double value = real != nullptr ? *real : static_cast<double>(*whole);
  return value >= param.min && value <= param.max;
}

std::string number_of(const Value& value) {
  std::ostringstream text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) text << *whole;
  if (const auto* real = std::get_if<double>(&value)) text << *real;
  return text.str();
}

std::string lies_outside(const Param& param) {
  std::ostringstream range;
  range << "[" << param.min << ", " << param.max << "]";
  return ", " + number_of(param.fallback) + ", lies outside its own range " + range.str();
}

// The name of two choices, or "".
std::string chosen_twice(const Param& param) {
  std::set<std::string> seen;
  for (const std::string& choice : param.choices)
    if (!seen.insert(choice).second) return choice;
  return "";
}

std::string faulty_parameter(const Schema& schema) {
  for (const auto& param : schema.params) {
    const std::string it = "its parameter '" + param.name + "'";
    const bool preset = param.name == "preset" && !schema.presets.empty();
    if (param.name == "plugin" || preset) {
      return it + ": the name is taken, it says in an experiment file which " +
             (preset ? "of its presets" : "plugin") + "; choose another";
    }
    if (!param.set) return it + " needs .choices({...})";
    if (const std::string twice = chosen_twice(param); !twice.empty())
      return "two choices of " + it + " are named '" + twice + "'";
    if (has_default(param)) continue;
    return "the default of " + it +
           (param.type == Param::Type::choice ? " is none of its choices: " + listed(param.choices)
                                              : lies_outside(param));
  }
  return misnamed(schema.params, "parameter");
}

std::string faulty_value(const Schema& schema) {
  static const std::set<std::string> goals{"min", "max", "none"}, dims{"", "bin", "layer"};
  for (const auto& value : schema.values) {
    const std::string its_value = " its value '" + value.name + "'";
    const auto floored = std::find_if(schema.values.begin(), schema.values.end(),
                                      [&](const Reported& other) { return other.name == value.floor_of; });
    if (floored != schema.values.end() && !floored->dims.empty())
      return "floor(\"" + value.floor_of + "\"): that value is a list, and a floor is one number";
    if (!goals.contains(value.goal))
      return "the goal of" + its_value + " is '" + value.goal + "'; use min, max or none";
    if (!dims.contains(value.dims))
      return "the dimension of" + its_value + " is '" + value.dims + "'; use bin or layer, or leave it out";
    if (is_taken(value.name)) {
      return "the name of" + its_value +
             " is taken: results and stopping rules have something else of that name; choose another";
    }
  }
  return misnamed(schema.values, "value");
}

// What a plugin of another kind would declare, and nobody would ever ask for.
std::string foreign(const Schema& schema, const std::string& kind) {
  const std::string a = "it declares ", only = "; it is of kind " + kind;
  if (kind != "metric" && !schema.values.empty())
    return a + "the value '" + schema.values.front().name + "', which only a metric has" + only;
  if (kind != "metric" && schema.reads_features)
    return a + "that it reads features, as only a metric does" + only;
  if (kind != "enforcer" && !schema.states.empty())
    return a + "the state '" + schema.states.front().name + "', which only an enforcer has" + only;
  return "";
}

std::string faulty_preset(const Schema& schema) {
  std::vector<std::string> names;
  for (const auto& param : schema.params) names.push_back(param.name);
  for (const auto& preset : schema.presets) {
    for (const auto& [name, value] : preset.values)
      if (std::find(names.begin(), names.end(), name) == names.end())
        return "its preset '" + preset.name + "' sets '" + name + "', which is no parameter of it" +
               did_you_mean(name, names);
  }
  return misnamed(schema.presets, "preset");
}

}  // namespace

bool is_taken(const std::string& value) {
  static const std::set<std::string> names{
      // coordinates of runs and of lists, in /eval and sweep.h5
      "run", "run_id", "cell", "cell_id", "label", "seed", "eval_step", "bin", "layer",
      // what an evaluation records beside values
      "seconds", "samples", "evaluated", "y", "x", "rgb", "points", "point", "coordinate", "surface_y",
      "surface_x",
      // what a [[stop]] reads of training and of events
      "step", "critic_loss", "generator_loss", "penalty", "gap", "critic_gradient_norm",
      "generator_gradient_norm", "slope_mean", "slope_max", "weight_max", "learning_rate_critic",
      "learning_rate_generator", "critic_updates", "samples_seen", "collapsed", "vanished"};
  const auto begins = [&](const char* with) { return value.starts_with(with); };
  const auto ends = [&](const char* with) { return value.ends_with(with); };
  // The audit's; the large evaluation's; lists of several lengths have axes of their own.
  return names.contains(value) || begins("audit_") || begins("critic_surface") || ends("_final") ||
         ends("_bin") || ends("_layer");
}

std::string unusable(const Schema& schema, const std::string& kind) {
  for (const std::string& fault : {foreign(schema, kind), faulty_parameter(schema), faulty_value(schema),
                                   misnamed(schema.states, "state"), faulty_preset(schema)}) {
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace monge::plugin
