// The user's wish to stop: once for "save and stop", twice for "stop at once".
#pragma once

#include <chrono>
#include <csignal>
#include <optional>

#include "schedule/descriptor.h"

namespace monge::schedule {

class Interrupt {
 public:
  enum class Signals { ignore, take };

  /// With `take`, SIGINT, SIGTERM and SIGHUP of this thread count as wishes for as long as this object lives,
  /// those that come together as one, save those the caller has set to be ignored (nohup). Create it before
  /// any other thread. A command that is busy elsewhere than in run_all() asks count() between its steps.
  explicit Interrupt(Signals signals = Signals::ignore);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// One more wish, as a signal would bring. May be called from any thread or signal handler.
  void raise();
  /// How often it was wished so far. Never waits.
  int count();
  /// Readable when count() would grow.
  int fd() const { return either_.get(); }

 private:
  Descriptor raised_, signals_, either_;
  sigset_t before_;
  int count_ = 0;
  std::optional<std::chrono::steady_clock::time_point> signalled_;
};

}  // namespace monge::schedule
