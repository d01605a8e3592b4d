// What is to be done for each run of a sweep, and why, from what its folder already holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schedule/describe.h"
#include "sweep/experiment.h"

namespace monge::schedule {

/// skip: ended with this code. start: nothing usable is there. resume: goes on from a snapshot (the worker
/// checks it and may begin again). retry: broke last time; goes on from its snapshot if it has one. stale:
/// ended with other code; kept as it is.
enum class Action { skip, start, resume, retry, stale };
/// The word for it: "skip".
const char* name(Action action);

struct PlannedRun {
  sweep::Run run;
  Action action = Action::start;
  std::string why;              // "done", "interrupted at step 120", "loss/mine changed"
  std::int64_t done_steps = 0;  // generator steps that are recorded
  std::int64_t steps = 0;       // generator steps it is to have
  std::size_t slots = 0;        // of the pack that it is trained in, 0 alone
  bool keeps_way = false;       // of being trained, as a run that has begun does
  std::size_t company = 0;      // runs that are in its pack at once, 0 alone
  double seconds = 0;           // estimate for what is left, of one worker's time; a pack's is shared
  double bytes = 0;             // estimate of what its folder and sweep.h5 will hold of it
  bool works() const { return action != Action::skip && action != Action::stale; }
};

struct Work {
  std::vector<PlannedRun> runs;  // in the order of sweep::runs(): every cell's first seed first
  double seconds = 0;            // estimate for the whole, on `workers` workers
  int workers = 1;
  double bytes = 0;   // estimate of what the results folder will hold
  std::string basis;  // of the time: see Estimates::basis()
};

/// Runs to repeat although they have ended: those of other code, those that broke (from their beginning, not
/// from their snapshot), or all.
enum class Redo { none, stale, failed, all };

struct PlanSettings {
  int workers = 1;
  Redo redo = Redo::none;
  std::string device = "cpu";
};

/// Reads results/runs/<id>/run.h5 for every run. `facts` has one entry for each cell, or is empty when
/// nothing is known; a cell without a fingerprint makes no run stale. A run whose file is damaged starts
/// again, and says why. Throws Error(Exit::storage) naming all files that may be whole and cannot be read, or
/// are of other runs: nothing may take their place.
Work plan_work(const sweep::Experiment& experiment, const std::vector<CellFacts>& facts,
               const std::filesystem::path& results, const PlanSettings& settings);

/// The table behind `runner sweep --plan`.
std::string plan_text(const sweep::Experiment& experiment, const std::vector<CellFacts>& facts,
                      const Work& work);

}  // namespace monge::schedule
