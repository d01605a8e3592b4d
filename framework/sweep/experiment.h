// An experiment with nothing left to guess: every cell with its complete configuration.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/plan.h"
#include "sweep/catalogue.h"
#include "sweep/draft.h"

namespace monge::sweep {

/// One point of the grid, without a seed.
struct Cell {
  std::size_t index = 0;          // place in Experiment::cells
  std::string id;                 // 12 hex digits: hash of `config` less the number of steps
  std::string label;              // "loss=bce enforcer=clip": the values that vary
  Json config;                    // all defaults filled in; `enforcer` is always a list
  std::vector<Json> coordinates;  // one for each of Experiment::axes; null where the cell has no such key
};

/// A cell with a seed.
struct Run {
  std::string id;
  std::size_t cell = 0;
  std::int64_t seed = 0;
};

/// A cell that [[exclude]] took out, and the reason given there.
struct Excluded {
  std::string label, why;
};

struct Experiment {
  std::string name, question, file;
  std::string primary_metric, primary_goal;  // goal: "min", "max" or ""
  std::vector<std::int64_t> seeds;
  std::vector<record::Axis> axes;
  bool full_product = false;  // every combination of the axes' values is one cell
  std::vector<Cell> cells;    // last axis fastest
  std::vector<Excluded> excluded;
  std::vector<std::string> warnings;      // complete lines, with their places
  std::optional<double> timeout_seconds;  // of one run
};

/// Settles every cell. Order: file, axes, overrides, --axis, --set; a condition sees the cell with the flags.
/// Throws monge::Error with all faults, one a line, sorted by place: Exit::experiment; Exit::usage where only
/// the form of a flag is wrong; Exit::plugin where nothing is wrong but plugins that cannot be loaded.
Experiment resolve(const Draft& draft, const Catalogue& catalogue);

/// Seed-major: every cell gets its first seed before any gets its second.
std::vector<Run> runs(const Experiment& experiment);

/// The same runs as `collect` wants them: cell-major.
record::Plan plan(const Experiment& experiment);

}  // namespace monge::sweep
