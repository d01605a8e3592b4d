// The ends of runs: counted, told, and recorded in their folders where their workers have not done so.
#pragma once

#include "schedule/scheduler.h"

namespace monge::schedule {

class Outcomes {
 public:
  enum class Recorder { worker, scheduler };  // who records it

  explicit Outcomes(Observer& observer) : observer_(observer) {}
  void add(const Job& job, Outcome outcome, Recorder recorder);
  /// `unstarted` and `killed` apart.
  const Summary& summary() const { return summary_; }

 private:
  Observer& observer_;
  Summary summary_;
};

}  // namespace monge::schedule
