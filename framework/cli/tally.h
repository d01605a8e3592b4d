// Adds up what the scheduler reports into the board that a display shows.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "cli/display.h"
#include "schedule/plan.h"
#include "schedule/scheduler.h"

namespace monge::cli {

/// "loss=bce enforcer=clip, seed 3": what people call a run.
std::string title(const schedule::Job& job);
std::string title(const std::string& label, std::int64_t seed);

class Tally {
 public:
  Tally(const std::string& name, const schedule::Work& work);

  void started(const schedule::Job& job, const schedule::Progress& progress);
  void progressed(const schedule::Job& job, const schedule::Progress& progress);
  void ended(const schedule::Job& job, const schedule::Outcome& outcome);
  void stop() { board_.stopping = true; }

  /// `seconds` since the first run began.
  Board board(double seconds) const;

 private:
  // Work is counted in the plan's seconds, or in steps where it has no estimate.
  struct Run {
    double step_cost = 1;
    std::int64_t begin = 0, steps = 0;  // of this call
    double trained = 0;                 // work done in this call
    int worker = -1;
  };
  void move(Run& run, std::int64_t step);

  Board board_;
  std::map<std::string, Run> runs_;  // those to be trained, by id
  // By worker and run, so that a run keeps its line.
  std::map<std::pair<int, std::string>, ActiveRun> active_;
  double total_ = 0, trained_ = 0, settled_ = 0;  // settled: what ended runs will never need again
};

}  // namespace monge::cli
