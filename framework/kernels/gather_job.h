// Batches of K runs out of one data set, as train::normalised gives each.
#pragma once

#include <cstdint>

namespace monge::kernels {

template <class T>
T normalised(std::uint8_t x) {
  return static_cast<T>(x) / static_cast<T>(127.5) - 1;
}

template <class T>
T normalised(float x) {
  return x;
}

template <class From, class T>
struct Gather {
  const From* data;           // [N, size]
  const std::int64_t* index;  // [K, batch]
  T* out;                     // [K, batch, size]
  std::uint32_t batch, size;

  auto of_run(std::uint32_t run) const {
    const auto first = static_cast<std::int64_t>(run) * batch;
    return [data = data, rows = index + first, own = out + first * size, size = size](std::uint32_t i) {
      own[i] = normalised<T>(data[rows[i / size] * size + i % size]);
    };
  }
};

}  // namespace monge::kernels
