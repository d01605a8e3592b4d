// One `runner-worker serve` process as the scheduler sees it: what it does, since when, and what it last
// said.
#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "schedule/child.h"
#include "schedule/event.h"
#include "schedule/scheduler.h"

namespace monge::schedule {

using Clock = std::chrono::steady_clock;

/// Why the parent put an end to a worker.
struct Verdict {
  std::string status, text;
  std::set<std::string> culprits = {};  // ids of the runs that it is about; none: it may be any
};

/// A run that a worker has.
struct Held {
  const Job* job;
  Clock::time_point since;  // its request, then its beginning
  Progress last;
  bool begun = false;  // the worker has said that it trains it
  std::string left;    // why it is trained alone, though it was given with others; "" where it is not
};

struct Worker {
  enum class State { starting, idle, busy };

  Worker(int number_, const Settings& settings);

  /// Gives it a run, or several that share a pack. Returns those whose folders cannot be made, which it does
  /// not get, and why.
  std::vector<std::pair<const Job*, std::string>> give(const std::vector<const Job*>& next,
                                                       const Settings& settings);
  /// The run of this id, or null.
  Held* find(const std::string& id);
  /// SIGKILL. The first verdict stands.
  void condemn(Verdict why);
  /// condemn(), but before it is killed it has a second to say in what plugin it is: its handler of SIGABRT
  /// does.
  void question(Verdict why);
  /// It has said something that is no event, or something out of turn.
  void misspoke(const std::string& line);
  /// Condemns it when its time is up.
  void check_clock(Clock::time_point now, const Settings& settings);
  /// When this run of its has had all its time.
  Clock::time_point timeout_of(const Held& one, const Settings& settings) const;
  /// When check_clock() may next have something to say.
  Clock::time_point deadline(const Settings& settings) const;
  /// Why it is dead: what it said, what it was condemned for, or how it ended.
  std::string cause(const Death& death) const;
  /// What became of a run of its, now that it is dead.
  Outcome obituary(const Held& one, const Death& death) const;

  int number;
  Capture output;
  Child child;
  State state = State::starting;
  std::vector<Held> held;                 // in the order they were given
  int trained = 0;                        // runs that have ended here
  Clock::time_point since, heard;         // of this state; of its last line
  std::optional<Clock::time_point> mute;  // since when its event stream is closed
  std::optional<Event> crash, lost;       // lost: its GPU no longer answers
  std::optional<Verdict> verdict;
  std::optional<Clock::time_point> questioned;  // since when
  bool deaf = false;                            // nothing it says counts any more
};

/// Until one of them says something, takes a request or dies, until `other` can be read, or until a deadline
/// of theirs or `latest`.
void wait_for_any(const std::list<Worker>& workers, int other, Clock::time_point latest,
                  const Settings& settings);

/// " at step 120".
std::string at_step(std::int64_t step);

/// What a run's folder and worker printed last.
std::string last_words(const Job& job, const Capture& output);

}  // namespace monge::schedule
