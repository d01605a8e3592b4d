// The [[stop]] rules of a run: comparisons on a row of what it records, as sweep/stop.h compiles them.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace monge::worker {

struct StopRule {
  enum class Reads { train, eval };
  std::string condition, why;  // as the experiment file has them
  Reads reads = Reads::train;
  nlohmann::json rule;
};

/// Those of a configuration; none where it has no `stop`.
std::vector<StopRule> stop_rules(const nlohmann::json& config);

/// Whether `rule` holds where `number` gives what a name stands for. With NaN every comparison is false, `!=`
/// too.
bool holds(const nlohmann::json& rule, const std::function<double(const std::string&)>& number);

}  // namespace monge::worker
