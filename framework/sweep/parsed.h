// The content of an experiment file and its flags, section by section, with places.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sweep/expression.h"
#include "sweep/faults.h"
#include "sweep/random.h"
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
  bool from_flag = false;             // --axis acts after the overrides
  std::size_t zip = 0, when = 0;      // number of the [[zip]] or [[when]] it stands in, from 1; 0: in none
  std::optional<Random> random = {};  // then the alternatives are drawn when the plugins are known
};

/// [[override]], [[exclude]] and [[stop]].
struct Rule {
  Condition condition;
  std::vector<Setting> set = {};  // of an override
  std::string why = {};           // of the others
};

/// [[row]]: a cell written by hand.
struct Row {
  std::string label;  // "" where it has none
  Place at;
  std::vector<Setting> set;
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
  std::optional<std::size_t> samples;  // of the random axes
  std::int64_t samples_seed = 1;
  std::vector<Setting> base;   // sections
  std::vector<GridAxis> axes;  // of [grid], [[zip]] and [[when]], as --axis and --set leave them
  std::vector<std::vector<std::string>> zips;  // labels of each [[zip]]'s values; empty where it has none
  std::vector<Condition> whens;
  std::vector<Row> rows;
  bool rows_alone = false;  // the file has rows and no axes: without them there is no cell
  std::vector<Rule> overrides, excludes, stops;
  std::vector<Setting> set;  // --set, in the order given
  std::optional<Condition> only;
  std::vector<std::string> warnings;
  Faults faults;
};

}  // namespace monge::sweep
