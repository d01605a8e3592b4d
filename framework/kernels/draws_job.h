// Draws of K runs, word for word those of each run's train::Draws. This and the other *_job.h are read by two
// compilers: g++ for the CPU and, at run time, NVRTC for a GPU, which has no headers but those of
// device_std.h.
#pragma once

#include <cmath>
#include <cstdint>

#include "train/philox.h"

namespace monge::kernels {

/// The 32-bit words of one run's stream.
struct Words {
  train::PhiloxBlock first;
  train::PhiloxKey key;

  std::uint32_t operator[](std::uint32_t i) const {
    auto counter = first;
    counter[0] += i / 4;
    return train::philox(counter, key)[i % 4];
  }
};

/// Seeds and counters lie where the kernel runs: a captured graph reads them anew at each replay.
struct Streams {
  const std::int64_t *seeds, *counters;  // [K]
  std::uint32_t purpose, stream, block;
  std::uint32_t row;  // counters in a row, each of which counts as a run

  Words of_run(std::uint32_t run) const {
    const auto own = run / row;
    const auto seed = static_cast<std::uint64_t>(seeds[own]);
    const auto counter = static_cast<std::uint64_t>(counters[own]) + run % row;
    const auto high = (purpose << 16) | (static_cast<std::uint32_t>(counter >> 32) & 0xFFFF);
    return {{block, static_cast<std::uint32_t>(counter), stream, high},
            {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  }
};

template <class T>
T unit(std::uint32_t word) {
  return static_cast<T>(word >> 8) * static_cast<T>(0x1p-24);
}

template <class T>
struct Uniform {
  Streams streams;
  T* out;               // [K, count]
  std::uint32_t count;  // of one run, as in every job

  auto of_run(std::uint32_t run) const {
    return [words = streams.of_run(run), own = out + static_cast<std::int64_t>(run) * count](
               std::uint32_t i) { own[i] = unit<T>(words[i]); };
  }
};

/// An item is a pair: the first half of a run's numbers are its cosines, the second its sines.
template <class T>
struct Normal {
  Streams streams;
  T* out;  // [K, count]
  std::uint32_t count;

  auto of_run(std::uint32_t run) const {
    return [words = streams.of_run(run), own = out + static_cast<std::int64_t>(run) * count, count = count,
            half = (count + 1) / 2](std::uint32_t i) {
      const T radius = std::sqrt(std::log(1 - unit<T>(words[i])) * -2);
      const T angle = unit<T>(words[half + i]) * static_cast<T>(2 * 3.14159265358979323846);
      own[i] = radius * std::cos(angle);
      if (half + i < count) own[half + i] = radius * std::sin(angle);
    };
  }
};

struct Index {
  Streams streams;
  std::int64_t* out;  // [K, count]
  std::uint32_t count;
  std::uint32_t n;

  auto of_run(std::uint32_t run) const {
    return [words = streams.of_run(run), own = out + static_cast<std::int64_t>(run) * count,
            n = n](std::uint32_t i) {
      own[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(words[i]) * n >> 32);
    };
  }
};

}  // namespace monge::kernels
