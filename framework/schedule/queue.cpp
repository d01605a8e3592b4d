#include "schedule/queue.h"

#include <algorithm>
#include <utility>

namespace monge::schedule {

Queue::Queue(const std::vector<Job>& jobs) {
  for (const Job& job : jobs) waiting_.push_back(&job);
}

std::vector<const Job*> Queue::next(std::size_t workers) {
  const Job& first = *waiting_.front();
  const auto fits = [&](const Job* job) {
    return first.slots == 0 ? job == &first : job->slots == first.slots && job->shape == first.shape;
  };
  const auto all = static_cast<std::size_t>(std::count_if(waiting_.begin(), waiting_.end(), fits));
  const std::size_t share = (all + workers - 1) / workers;
  std::vector<const Job*> jobs;
  std::deque<const Job*> rest;
  for (const Job* job : waiting_) {
    if (jobs.size() < share && fits(job))
      jobs.push_back(job);
    else
      rest.push_back(job);
  }
  waiting_ = std::move(rest);
  return jobs;
}

void Queue::put_first_alone(const Job& job, const std::string& why) {
  Job& alone = alone_.emplace_back(job);
  alone.slots = 0;
  alone.request["run"]["why"] = alone.request["run"]["left"] = why;
  put_first(alone);
}

}  // namespace monge::schedule
