#include "schedule/inquest.h"

#include <algorithm>
#include <csignal>

namespace monge::schedule {

std::vector<Deceased> inquest(const Worker& worker, const Death& death, bool stopping,
                              std::set<std::string>& lost) {
  Deceased common;
  common.stopping = stopping;
  common.seasoned = worker.trained > 0;
  common.accusable = worker.verdict && !worker.verdict->culprits.empty();
  common.told = stopping && !worker.verdict && !worker.crash && death.code == 0 &&
                (death.signal == 0 || death.signal == SIGTERM);
  // By somebody else, mostly for its memory: the first time nobody's fault, as that of a lost GPU.
  const bool killed = !stopping && !worker.verdict && !worker.crash && death.signal == SIGKILL;
  const bool any_begun =
      std::any_of(worker.held.begin(), worker.held.end(), [](const Held& one) { return one.begun; });
  std::vector<Deceased> known;
  for (const Held& one : worker.held) {
    Deceased run = common;
    const bool left_alone = one.begun && !one.left.empty();
    run.packed = one.job->slots > 0 && !left_alone;
    // Where none had begun, the first was about to: else its pack would die in the same way for ever.
    const bool was_about_to = !any_begun && !run.told && run.packed && known.empty();
    run.begun = one.begun || was_about_to;
    run.lost = (worker.lost || (killed && run.packed && run.begun)) && lost.insert(one.job->id).second;
    run.accused = run.accusable && worker.verdict->culprits.contains(one.job->id);
    known.push_back(run);
  }
  return known;
}

}  // namespace monge::schedule
