// How the cells of a sweep did: each metric's last and best value and the mean of its last tenth, over seeds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/unlike_code.h"

namespace monge::report {

/// Over the finished runs of a cell; NaN where there are none.
struct Spread {
  double median, least, greatest;
  int count = 0;  // runs that have a value
};

struct Metric {
  std::string name, unit, goal;  // goal: "min", "max" or ""
  bool evaluated = true;         // else recorded while training
  std::int64_t samples = 0;      // of each kind; 0: not said
  std::string extractor;         // of the features that it reads; "": none
};

struct CellResult {
  int cell = 0;
  std::string cell_id, label;
  std::string own_label;  // what the label says beyond the parameters: a row's or a zip's own
  /// One for each of Comparison::parameters, a text, number or truth value as sweep.h5 has it; null where the
  /// cell has no such key.
  std::vector<nlohmann::json> parameters;
  std::map<std::string, int> runs;  // number by status
  int count(const std::string& status) const {
    const auto found = runs.find(status);
    return found == runs.end() ? 0 : found->second;
  }
  int planned = 0;
  std::int64_t least_steps = 0, most_steps = 0;  // of the runs that are done
  struct Values {
    Spread last, best, tail;
  };
  std::vector<Values> metrics;  // one for each of Comparison::metrics
};

/// A run that is not in the statistics.
struct LeftOut {
  std::string run_id, label, status, status_text;
  long seed = 0;
};

struct Comparison {
  std::string name, question, primary_metric, primary_goal;
  std::vector<std::string> parameters;
  std::vector<Metric> metrics;    // the primary one first
  std::vector<CellResult> cells;  // best first by the median of the primary metric's last values
  std::vector<LeftOut> left_out;
  bool own_labels = false;  // the parameters do not tell the cells apart as their labels do
  /// The runs in the statistics do not have one number of generator steps; nor, where that is a parameter, as
  /// many as it says.
  bool unlike_steps = false;
  std::vector<Unlike> unlike_code;  // what the runs in the statistics were not all made by
};

/// Reads `sweep_h5`; only runs with status "done" count. Throws Error(Exit::storage) when it cannot be read
/// or is not the result of a sweep.
Comparison compare(const std::filesystem::path& sweep_h5);

/// One table for each metric; a caption says what the numbers are, a list which runs are left out and why.
std::string table(const Comparison& comparison);

/// Lines that say what unlike_code is, of which cells, and what to do about it, or nothing. They are in the
/// table.
std::string unlike_code_text(const Comparison& comparison);

/// Everything in the structure; NaN becomes null, and infinity, which JSON has not, the text "inf" or "-inf".
nlohmann::json to_json(const Comparison& comparison);

/// One row for each cell, metric and statistic: cell, label, parameters..., planned, done, diverged, other,
/// steps_min, steps_max, metric, statistic, median, min, max, runs. No parameter has one of these names: the
/// list of taken ones is in sweep/label.
std::string to_csv(const Comparison& comparison);

}  // namespace monge::report
