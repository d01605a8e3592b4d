// A sweep from its file to sweep.h5, in three steps: prepare, plan, conduct.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedule/describe.h"
#include "schedule/interrupt.h"
#include "schedule/plan.h"
#include "schedule/scheduler.h"
#include "sweep/draft.h"
#include "sweep/experiment.h"

namespace monge::schedule {

/// What the user asked for.
struct Order {
  std::filesystem::path file;
  sweep::CommandLine flags;
  std::filesystem::path results = "results";   // the sweep's folder is results/<name>
  std::filesystem::path worker;                // runner-worker
  std::vector<std::filesystem::path> plugins;  // where plugins are looked for
  std::string device = "auto";                 // or "cpu", "cuda:N"
  int jobs = 0;     // workers; 0: one for each `threads` allowed cores, or one for a GPU
  int pack = 0;     // runs trained at once by a worker where they can be; -1: alone, 0: as its table says
  int threads = 1;  // of a run on a CPU; 0: as many as there are cores for each run of the sweep
  Redo redo = Redo::none;
  std::vector<std::string> command;  // as it was typed, for provenance
};

/// A sweep in which nothing is left to be wrong: every cell was resolved and bound to its plugins.
struct Prepared {
  sweep::Experiment experiment;
  std::vector<CellFacts> facts;  // one for each cell
  Settings settings;
  std::filesystem::path folder;  // results/<name>
  Redo redo = Redo::none;
  nlohmann::json provenance;
};

/// Reads, resolves and binds. Throws Error: Exit::experiment, Exit::plugin or Exit::usage with every mistake
/// in the file, the flags and the cells, each with its place.
Prepared prepare(const Order& order);

/// What would be done now. Changes nothing.
Work plan_of(const Prepared& prepared);

/// Does it: writes sweep.toml, trains the runs, collects sweep.h5. The caller holds the ResultsLock and has
/// made `work` under it. A second wish to stop leaves sweep.h5 as it was.
Summary conduct(const Prepared& prepared, const Work& work, Observer& observer, Interrupt& interrupt);

/// The jobs of those runs that have something to do, in the plan's order.
std::vector<Job> jobs_of(const Prepared& prepared, const Work& work);

}  // namespace monge::schedule
