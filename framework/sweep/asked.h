// A condition that is put to one cell after another, and what those have where it asks: why it held for none.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sweep/expression.h"

namespace monge::sweep {

class Asked {
 public:
  explicit Asked(const Condition& condition);

  /// As Condition::holds.
  bool holds(const Json& config, Faults& faults);

  bool ever() const { return ever_; }
  const Condition& condition() const { return *condition_; }

  /// `: enforcer is clip or none; no cell has loss.margin`, to be appended to the fault that it held for no
  /// cell; "" where it asks for no key, or no cell was seen.
  std::string met() const;

 private:
  const Condition* condition_;
  std::vector<std::pair<std::string, std::vector<std::string>>> values_;  // of each key, a few different ones
  bool seen_ = false, ever_ = false;
};

}  // namespace monge::sweep
