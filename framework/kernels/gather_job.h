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
  const std::int64_t* index;  // [K, batches, B]
  T* out;                     // [K, batches, B, size]
  std::uint32_t batches;
  Divisor batch, each;                    // B; items of a sample: its numbers, or fours of them
  std::int64_t run_stride, batch_stride;  // of out, in items
  bool by_fours;

  std::uint32_t items() const { return batches * batch.value * each.value; }

  auto of_run(std::uint32_t run) const {
    const auto* rows = index + static_cast<std::int64_t>(run) * batches * batch.value;
    return [all = *this, rows, first = run * run_stride](std::uint32_t i) {
      const std::uint32_t row = all.each.quotient(i), within = i - row * all.each.value,
                          which = all.batch.quotient(row);
      const auto from = rows[row] * all.each.value + within;
      const auto to =
          first + which * all.batch_stride + (row - which * all.batch.value) * all.each.value + within;
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
