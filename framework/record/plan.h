// Which runs a sweep consists of, in the order of its cells: what `collect` needs to lay out sweep.h5.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace monge::record {

/// A parameter that differs between cells, as a typed coordinate. A table axis is labelled by its plugin.
struct Axis {
  std::string key;   // dotted path in the file, `optimizer.learning_rate`
  std::string name;  // [a-z0-9_]+, unique in sweep.h5 (sweep/label): the variable, `learning_rate`
  std::vector<nlohmann::json> values;  // string, number or boolean, in the order of the file
};

struct PlannedRun {
  std::string id, cell_id, label;
  std::size_t cell = 0;
  std::int64_t seed = 0;
  std::vector<nlohmann::json> coordinates;  // one for each axis; null where the cell has no such key
};

struct Plan {
  std::string name, question;
  std::string primary_metric, primary_goal;  // goal: "min", "max" or ""
  std::vector<Axis> axes;
  std::vector<std::int64_t> seeds;
  std::vector<PlannedRun> runs;  // cell-major, then in the order of the seeds
  bool full_product = false;     // every combination of axis values is one cell: /grid can be laid out
};

}  // namespace monge::record
