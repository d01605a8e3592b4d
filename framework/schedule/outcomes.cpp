#include "schedule/outcomes.h"

#include <utility>

#include "record/run_file.h"

namespace monge::schedule {

void Outcomes::add(const Job& job, Outcome outcome, Recorder recorder) {
  if (recorder == Recorder::scheduler) {
    try {
      record::mark(job.folder, record::status_of(job.request.value("run", nlohmann::json::object()),
                                                 outcome.status, outcome.text, outcome.step));
    } catch (const std::exception& error) {  // of any kind: it must not end the others' training
      observer_.note("the end of run " + job.id + " is not recorded: " + error.what());
    }
  }
  int& count = outcome.status == "done"          ? summary_.done
               : outcome.status == "diverged"    ? summary_.diverged
               : outcome.status == "interrupted" ? summary_.interrupted
                                                 : summary_.broken;
  ++count;
  summary_.outcomes.push_back(std::move(outcome));
  observer_.ended(job, summary_.outcomes.back());
}

Exit Summary::exit() const {
  if (killed) return Exit::killed;
  if (interrupted > 0 || unstarted > 0) return Exit::interrupted;
  if (broken > 0) return Exit::failed;
  return uncollected.empty() ? Exit::ok : Exit::storage;
}

}  // namespace monge::schedule
