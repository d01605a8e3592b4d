// Signs of life while a data set is loaded: decoding a large folder takes minutes, and the parent gives up a
// child that is silent.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace monge::worker {

inline constexpr std::chrono::minutes kLongestLoad{30};  // of a data set

/// Says `{"opening": key}` every second, for `longest` at most: then its silence counts. The thread that made
/// it says nothing meanwhile.
class Loading {
 public:
  Loading(std::string key, std::chrono::minutes longest);
  ~Loading();
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

 private:
  void tell();

  std::string key_;
  std::chrono::minutes longest_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;  // last: it reads the members above
};

}  // namespace monge::worker
