// How long runs will take and how much they will store: from what runs have taken, or else from their FLOPs.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedule/describe.h"

namespace monge::schedule {

/// train.generator_steps of a resolved configuration; 0 without one.
std::int64_t steps_of(const nlohmann::json& config);

/// Beside the steps: of a run, to be bound and to have its files on disk; of a worker, to load LibTorch.
inline constexpr double kRunSeconds = 0.15, kWorkerSeconds = 1;

class Estimates {
 public:
  /// Keeps a reference to `facts`, which may be empty.
  Estimates(const std::vector<CellFacts>& facts, const std::string& device);

  /// A run of this cell has taken so long for so many steps, in a pack of `company` runs (0: alone).
  void learn(std::size_t cell, std::int64_t steps, double seconds, std::size_t company);

  /// Of a worker's time, what one run takes for a step in a pack of `company` runs (0: alone): from runs of
  /// this cell, else from other cells' speed by FLOPs, else from an assumed speed; 0: unknown.
  double seconds_per_step(std::size_t cell, std::size_t company) const;
  /// Of one run: run.h5, again in sweep.h5, state.h5 and samples.gif.
  double bytes(std::size_t cell, const nlohmann::json& config) const;
  /// "from 3 earlier runs", "assuming 20 GFLOP/s a worker and 1 ms a step", "assuming an H100"; "" when
  /// nothing is known.
  std::string basis() const;

 private:
  struct Spent {
    double steps = 0, seconds = 0;
    void operator+=(const Spent& more) {
      steps += more.steps;
      seconds += more.seconds;
    }
  };
  double flops(std::size_t cell) const;
  double sample_numbers(std::size_t cell) const;

  const std::vector<CellFacts>& facts_;
  bool on_gpu_;
  std::map<std::size_t, Spent> spent_;
  Spent all_;                                  // over all cells
  double done_flops_ = 0, timed_seconds_ = 0;  // over those whose FLOPs are known
  int learned_ = 0;
};

}  // namespace monge::schedule
