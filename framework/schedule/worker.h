// One `runner-worker serve` process as the scheduler sees it: what it does, since when, and what it last
// said.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "schedule/child.h"
#include "schedule/event.h"
#include "schedule/scheduler.h"

namespace monge::schedule {

using Clock = std::chrono::steady_clock;

/// Why the parent put an end to a worker.
struct Verdict {
  std::string status, text;
};

struct Worker {
  enum class State { starting, idle, busy };

  Worker(int number_, const Settings& settings);

  /// Gives it a run. Throws Error(Exit::storage) when the run's folder cannot be made.
  void give(const Job& next, const Settings& settings);
  /// SIGKILL. The first verdict stands.
  void condemn(Verdict why);
  /// It has said something that is no event, or something out of turn.
  void misspoke(const std::string& line);
  /// Condemns it when its time is up.
  void check_clock(Clock::time_point now, const Settings& settings);
  /// When check_clock() may next have something to say.
  Clock::time_point deadline(const Settings& settings) const;
  /// What became of its run, now that it is dead.
  Outcome obituary(const Death& death) const;

  int number;
  Capture output;
  Child child;
  State state = State::starting;
  const Job* job = nullptr;
  bool begun = false;  // has said that it trains `job`
  int trained = 0;     // runs that have ended here
  Progress last;
  Clock::time_point since, heard;         // of this state; of its last line
  std::optional<Clock::time_point> mute;  // since when its event stream is closed
  std::optional<Event> crash;
  std::optional<Verdict> verdict;
  bool deaf = false;  // nothing it says counts any more
};

/// " at step 120".
std::string at_step(std::int64_t step);

/// What a run's folder and worker printed last.
std::string last_words(const Job& job, const Capture& output);

}  // namespace monge::schedule
