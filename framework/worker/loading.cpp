#include "worker/loading.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "worker/channel.h"

namespace monge::worker {

Loading::Loading(std::string key) : key_(std::move(key)), thread_([this] { tell(); }) {}

Loading::~Loading() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Loading::tell() {
  constexpr int kLongest = 30 * 60;
  std::unique_lock lock(mutex_);
  for (int second = 0; second < kLongest; ++second) {
    if (ended_.wait_for(lock, std::chrono::seconds(1), [this] { return over_; })) return;
    send({{"opening", key_}});
  }
}

}  // namespace monge::worker
