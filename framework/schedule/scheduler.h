// Trains runs in worker processes: one poll loop, one thread. A worker's death costs its run only, of a pack
// the one that dies alone, too.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "monge/error.h"
#include "schedule/interrupt.h"

namespace monge::schedule {

/// A run to be trained: `request` is the {"run": {...}} object for `runner-worker serve`, less
/// Settings::common.
struct Job {
  std::string id, label;
  nlohmann::json request;
  std::filesystem::path folder;  // run.h5, state.h5 and log.txt; made where it is missing
  std::int64_t steps = 0;        // generator steps it will have when done
  std::size_t slots = 0;         // of the pack that it is trained in, 0 alone
  std::string shape = {};        // jobs of one shape may share a pack
};

struct Settings {
  std::filesystem::path worker;           // runner-worker
  int jobs = 1;                           // workers at most
  std::string device = "cpu";             // "cpu", "cuda:0"
  std::vector<std::string> gpus;          // one for each worker, in turn; empty: all use `device`
  std::vector<int> cores;                 // `threads` for each CPU worker, in turn; empty: none is pinned
  int threads = 1;                        // of one operation, in CPU workers
  std::optional<double> timeout_seconds;  // for a run, from its beginning to its end
  double stall_seconds = 600;             // a worker that says nothing for so long is given up
  double start_seconds = 120;             // ... or does not become ready
  double stop_seconds = 120;              // ... or does not stop after an interrupt
  /// What the requests of all runs have in common and get when they are sent: a patch in the provenance may
  /// be a megabyte, which thousands of waiting jobs must not hold each.
  nlohmann::json common = nlohmann::json::object();
};

/// `worker` numbers the worker from 0; steps are generator steps; losses may be NaN.
struct Progress {
  int worker = 0;
  std::int64_t step = 0, steps = 0;
  double critic_loss = 0, generator_loss = 0;
  double steps_per_second = 0;
};

/// status: done, diverged, failed, interrupted (said by the worker); crashed, killed, timeout (seen from
/// outside).
struct Outcome {
  std::string id, label, status;
  std::string text;       // one sentence: what happened, where
  std::int64_t step = 0;  // the last one heard of
  int signal = 0;         // that ended the worker, 0: none
  std::string log;        // last lines of log.txt, only for failed, crashed, killed and timeout
};

/// Hears what happens, in the thread of run_all(), which waits meanwhile. Exceptions leave run_all() (all
/// workers are killed).
class Observer {
 public:
  virtual ~Observer() = default;
  /// `step` > 0: continued from a snapshot. `note`: why it begins again, or "".
  virtual void started(const Job&, const Progress&, const std::string& /*note*/) {}
  virtual void progress(const Job&, const Progress&) {}
  virtual void snapshot(const Job&, std::int64_t /*step*/) {}
  virtual void ended(const Job&, const Outcome&) {}
  /// A first Ctrl-C was taken, of which a note tells, too.
  virtual void stopping() {}
  /// A sentence for the user: a worker replaced, a first Ctrl-C taken.
  virtual void note(const std::string&) {}
  /// Called a few times a second, so that a live display can move its clock.
  virtual void tick() {}
};

struct Summary {
  std::vector<Outcome> outcomes;  // in the order of their ends
  int done = 0, diverged = 0, interrupted = 0;
  int broken = 0;             // failed, crashed, killed, timeout
  std::size_t unstarted = 0;  // jobs that never got a worker, because of an interrupt
  bool killed = false;        // a second wish to stop
  std::string uncollected;    // why sweep.h5 could not be made of the runs, "" where it was
  /// killed, interrupted, failed, storage (uncollected) or ok, in this order of importance.
  Exit exit() const;
};

/// Gives the jobs in their order to free workers, with those that may share a pack, until all have ended or
/// `interrupt` wishes otherwise: once sends SIGTERM to the workers and waits for their snapshots, twice kills
/// them at once. What befell a run whose worker died is recorded in its folder; of a pack nobody knows which
/// run it was, so each is trained again alone. No worker outlives the call. Throws Error(Exit::failed) with
/// the worker's own words when no worker can be started.
Summary run_all(const std::vector<Job>& jobs, const Settings& settings, Observer& observer,
                Interrupt& interrupt);

}  // namespace monge::schedule
