// One piece of work for each of many things, on all cores.
#pragma once

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace monge::plugins {

/// Runs `work(i)` for i in [0, n) on all cores this process may use.
template <class Work>
void spread(std::size_t n, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto take = [&] {
    for (std::size_t i = next++; i < n; i = next++) work(i);
  };
  std::vector<std::jthread> helpers;
  const std::size_t threads = std::min<std::size_t>({std::thread::hardware_concurrency(), 16, n / 64 + 1});
  helpers.reserve(threads);
  for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(take);
  take();
}

}  // namespace monge::plugins
