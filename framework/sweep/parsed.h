// The content of an experiment file and its flags, section by section, with places.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sweep/expression.h"
#include "sweep/faults.h"
#include "sweep/settings.h"
#include "sweep/value.h"

namespace monge::sweep {

/// One key with its value, wherever it was given.
struct Setting {
  std::string key;  // dotted
  Target target;
  Place at;  // of the key
  Value value;
};

struct GridAxis {
  std::string key;
  Place at;
  std::vector<Setting> alternatives;
  bool from_flag = false;  // --axis acts after the overrides
};

/// [[override]] and [[exclude]].
struct Rule {
  Condition condition;
  std::vector<Setting> set = {};  // of an override
  std::string why = {};           // of an exclude
};

struct Primary {
  std::string metric, goal;  // "" where left to the metrics
  Place metric_at, goal_at;
};

struct Parsed {
  std::string file, question, name;
  std::vector<std::int64_t> seeds{1};
  Primary primary;
  std::optional<double> timeout_seconds;
  std::vector<Setting> base;   // sections
  std::vector<GridAxis> axes;  // [grid], as --axis and --set leave it
  std::vector<Rule> overrides, excludes;
  std::vector<Setting> set;  // --set, in the order given
  std::optional<Condition> only;
  std::vector<std::string> warnings;
  Faults faults;
};

}  // namespace monge::sweep
