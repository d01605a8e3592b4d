#include "worker/stop_rules.h"

#include <algorithm>
#include <cmath>

namespace monge::worker {
namespace {

using Json = nlohmann::json;

bool compare(const std::string& sign, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return false;
  if (sign == "<") return a < b;
  if (sign == "<=") return a <= b;
  if (sign == ">") return a > b;
  if (sign == ">=") return a >= b;
  return sign == "==" ? a == b : a != b;
}

}  // namespace

std::vector<StopRule> stop_rules(const Json& config) {
  std::vector<StopRule> rules;
  for (const Json& stop : config.value("stop", Json::array())) {
    const bool eval = stop.at("reads") == "eval";
    rules.push_back({stop.at("if"), stop.at("why"), eval ? StopRule::Reads::eval : StopRule::Reads::train,
                     stop.at("rule")});
  }
  return rules;
}

bool holds(const Json& rule, const std::function<double(const std::string&)>& number) {
  const std::string op = rule.at(0);
  const auto child_holds = [&](const Json& child) { return holds(child, number); };
  if (op == "any") return std::any_of(rule.begin() + 1, rule.end(), child_holds);
  if (op == "all") return std::all_of(rule.begin() + 1, rule.end(), child_holds);
  if (op == "not") return !child_holds(rule.at(1));
  const auto value = [&](const Json& operand) {
    return operand.is_string() ? number(operand.get<std::string>()) : operand.get<double>();
  };
  return compare(op, value(rule.at(1)), value(rule.at(2)));
}

}  // namespace monge::worker
