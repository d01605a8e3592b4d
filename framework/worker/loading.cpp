#include "worker/loading.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "worker/channel.h"

namespace monge::worker {

Loading::Loading(std::string key, std::chrono::minutes longest)
    : key_(std::move(key)), longest_(longest), thread_([this] { tell(); }) {}

Loading::~Loading() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Loading::tell() {
  std::unique_lock lock(mutex_);
  for (std::chrono::seconds said{0}; said < longest_; ++said) {
    if (ended_.wait_for(lock, std::chrono::seconds(1), [this] { return over_; })) return;
    send({{"opening", key_}});
  }
}

}  // namespace monge::worker
