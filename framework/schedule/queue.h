// The jobs that no worker has, in their order.
#pragma once

#include <deque>
#include <list>
#include <string>
#include <vector>

#include "schedule/scheduler.h"

namespace monge::schedule {

class Queue {
 public:
  explicit Queue(const std::vector<Job>& jobs);
  std::size_t size() const { return waiting_.size(); }

  /// The first and those that may share its pack: the share of one of `workers` that have nothing.
  std::vector<const Job*> next(std::size_t workers);

  void put_first(const Job& job) { waiting_.push_front(&job); }
  void put_last(const Job& job) { waiting_.push_back(&job); }
  /// Puts first a copy of a job that is to be trained alone, and why. It lives as long as the queue.
  void put_first_alone(const Job& job, const std::string& why);

 private:
  std::deque<const Job*> waiting_;
  std::list<Job> alone_;
};

}  // namespace monge::schedule
