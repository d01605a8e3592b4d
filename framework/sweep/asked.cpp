#include "sweep/asked.h"

#include <algorithm>

#include "sweep/label.h"
#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

constexpr std::size_t kMostTold = 8;  // values of a key

std::string either(const std::vector<std::string>& values) {
  if (values.size() > kMostTold) return listed({values.begin(), values.end() - 1}) + ", ...";
  if (values.size() == 1) return values.back();
  return listed({values.begin(), values.end() - 1}) + " or " + values.back();
}

}  // namespace

Asked::Asked(const Condition& condition) : condition_(&condition) {
  for (const std::string& key : condition.keys()) values_.emplace_back(key, std::vector<std::string>{});
}

bool Asked::holds(const Json& config, Faults& faults) {
  const bool held = condition_->holds(config, faults);
  seen_ = true;
  ever_ = ever_ || held;
  if (ever_) return held;
  for (auto& [key, values] : values_) {
    for (const Json& value : look_up(config, key)) {
      const std::string text = value_text(value);
      const bool known = std::find(values.begin(), values.end(), text) != values.end();
      if (!known && values.size() <= kMostTold) values.push_back(text);
    }
  }
  return held;
}

std::string Asked::met() const {
  std::string text;
  for (const auto& [key, values] : values_) {
    text += text.empty() ? ": " : "; ";
    text += values.empty() ? "no cell has " + key : key + " is " + either(values);
  }
  return seen_ ? text : "";
}

}  // namespace monge::sweep
