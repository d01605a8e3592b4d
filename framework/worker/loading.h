// Signs of life while a data set is loaded: decoding a large folder takes minutes, and the parent gives up a
// child that is silent.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace monge::worker {

/// Says `{"opening": key}` every second, for half an hour at most. The thread that made it says nothing
/// meanwhile.
class Loading {
 public:
  explicit Loading(std::string key);
  ~Loading();
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

 private:
  void tell();

  std::string key_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;  // last: it reads the members above
};

}  // namespace monge::worker
