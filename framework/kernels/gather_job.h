// Batches of K runs out of one data set, as train::normalised gives each.
#pragma once

#include <cstdint>

#include "kernels/batches_job.h"
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
  const From* data;           // [N, ...]
  const std::int64_t* index;  // [K, rows]
  T* out;                     // [K, rows, ...] as they `lie`
  std::uint32_t rows;
  Divisor each;  // items of a sample
  Batches lie;

  std::uint32_t items() const { return rows * each.value; }

  auto of_run(std::uint32_t run) const {
    const auto* own = index + static_cast<std::int64_t>(run) * rows;
    return [all = *this, run, own](std::uint32_t i) {
      const std::uint32_t row = all.each.quotient(i);
      const auto from = own[row] * all.each.value + (i - row * all.each.value), to = all.lie.place(run, i);
      all.lie.by_fours ? all.template make<4>(from, to) : all.template make<1>(from, to);
    };
  }

 private:
  template <int N>
  void make(std::int64_t from, std::int64_t to) const {
    const auto numbers = Numbers<From, N>::at(data + N * from);
    Numbers<T, N> made;
    for (int j = 0; j < N; ++j) made.v[j] = normalised<T>(numbers.v[j]);
    Numbers<T, N>::at(out + N * to) = made;
  }
};

}  // namespace monge::kernels
