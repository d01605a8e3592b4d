// Batches of K runs out of one data set, as train::normalised gives each.
#pragma once

#include <cstdint>

#include "kernels/divisor_job.h"
#include "kernels/four_job.h"

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
  std::uint32_t batch;
  Divisor each;  // items of a sample: its numbers, or fours of them
  bool by_fours;

  std::uint32_t items() const { return batch * each.value; }

  auto of_run(std::uint32_t run) const {
    const auto first = static_cast<std::int64_t>(run) * batch;
    return [all = *this, rows = index + first, first](std::uint32_t i) {
      const std::uint32_t row = all.each.quotient(i), within = i - row * all.each.value;
      const auto from = rows[row] * all.each.value + within, to = (first + row) * all.each.value + within;
      if (!all.by_fours) {
        all.out[to] = normalised<T>(all.data[from]);
        return;
      }
      const auto four = Four<From>::at(all.data + 4 * from);
      auto& place = Four<T>::at(all.out + 4 * to);
      for (int j = 0; j < 4; ++j) place.v[j] = normalised<T>(four.v[j]);
    };
  }
};

}  // namespace monge::kernels
