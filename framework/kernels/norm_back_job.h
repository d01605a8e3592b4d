// The derivative of norm_job.h's batch norm (Ioffe & Szegedy 2015, section 3).
#pragma once

#include "kernels/norm_job.h"

namespace monge::kernels {

/// Of each column of a chunk the sum of the signal, and of its products with x - mean.
template <class T>
struct ChunkSlopes {
  using Number = T;
  using Stats = SegmentStats<T>;
  static constexpr std::uint32_t kSums = 2, kPasses = 1;

  const T *x, *signal, *stats;
  T* parts;  // [segment, chunk, 2, width]
  NormShape shape;
  Chunks chunks;

  constexpr std::uint32_t columns() const { return shape.width; }
  constexpr bool by_fours(std::uint32_t) const { return shape.wide; }

  struct Row {
    Four<T> signal, x, mean;
  };
  struct Work {
    const ChunkSlopes& all;
    const T *x, *signal, *mean;
    T* parts;

    Row row(std::uint32_t r, std::uint32_t c, bool by_fours) const {
      const auto begin = all.shape.line(r, 1, 0);
      return {all.shape.read(signal + begin, c, by_fours), all.shape.read(x + begin, c, by_fours),
              all.shape.read(mean, c, by_fours)};
    }
    static void add(std::uint32_t, const Row& row, const Four<T>&, Four<T>* sums) {
      for (int i = 0; i < 4; ++i) {
        sums[0].v[i] += row.signal.v[i];
        sums[1].v[i] += row.signal.v[i] * (row.x.v[i] - row.mean.v[i]);
      }
    }
    T keep(T sum, std::uint32_t chunk, std::uint32_t, std::uint32_t j, std::uint32_t c) const {
      return parts[all.shape.line(chunk, 2, j) + c] = sum;
    }
  };
  Work of_run(std::uint32_t segment) const {
    const auto begin = shape.line(segment, shape.rows.value, 0);
    return {*this, x + begin, signal + begin, stats + shape.line(segment, Stats::kLines, Stats::kMean),
            parts + shape.line(segment, 2 * chunks.count, 0)};
  }
};

/// The parameters' gradients, and of each segment what NormaliseBack adds: a number, and so much of x - mean.
/// An item is a column of a run.
template <class T>
struct SegmentSlopes {
  using Stats = SegmentStats<T>;

  const T *parts, *stats;  // ChunkSlopes', SegmentStats'
  T* rest;                 // [segment, 2, width]
  T *gain, *shift;         // gradients [K, width]; gain may be null
  NormShape shape;

  auto of_run(std::uint32_t run) const {
    return [all = *this, run](std::uint32_t c) {
      const NormShape& own = all.shape;
      const auto n = static_cast<T>(own.rows.value);
      T of_gain = 0, of_shift = 0;
      for (std::uint32_t batch = 0; batch < own.batches; ++batch) {
        const std::uint32_t segment = run * own.batches + batch, chunks = own.chunks.count;
        const T* of_chunks = all.parts + own.line(segment, 2 * chunks, 0) + c;
        T sum = 0, along = 0;
        for (std::uint32_t i = 0; i < chunks; ++i) {
          sum += of_chunks[own.line(i, 2, 0)];
          along += of_chunks[own.line(i, 2, 1)];
        }
        const T* found = all.stats + own.line(segment, Stats::kLines, 0) + c;
        const T scale = found[own.line(0, 1, Stats::kScale)], factor = found[own.line(0, 1, Stats::kFactor)];
        along *= scale;  // with the normal itself
        of_shift += sum;
        of_gain += along;
        all.rest[own.line(segment, 2, 0) + c] = -factor * sum / n;
        all.rest[own.line(segment, 2, 1) + c] = -factor * along * scale / n;
      }
      all.shift[own.line(run, 1, 0) + c] = of_shift;
      if (all.gain != nullptr) all.gain[own.line(run, 1, 0) + c] = of_gain;
    };
  }
};

/// The signal at the norm's output becomes that at its input. An item is up to four numbers of a row.
template <class T>
struct NormaliseBack {
  using Stats = SegmentStats<T>;

  const T *x, *stats, *rest;
  T* signal;
  NormShape shape;

  auto of_run(std::uint32_t run) const {
    const auto begin = shape.line(run, shape.batches * shape.rows.value, 0);
    return [all = *this, run, x = x + begin, signal = signal + begin](std::uint32_t i) {
      const NormShape& own = all.shape;
      const std::uint32_t row = own.fours.quotient(i), c = 4 * (i - row * own.fours.value);
      const std::uint32_t segment = run * own.batches + own.rows.quotient(row);
      const auto stat = [&](std::uint32_t line) {
        return own.read(all.stats + own.line(segment, Stats::kLines, line), c, own.wide);
      };
      const auto mean = stat(Stats::kMean), factor = stat(Stats::kFactor),
                 same = own.read(all.rest + own.line(segment, 2, 0), c, own.wide),
                 along = own.read(all.rest + own.line(segment, 2, 1), c, own.wide),
                 from = own.read(x + own.line(row, 1, 0), c, own.wide);
      auto s = own.read(signal + own.line(row, 1, 0), c, own.wide);
      for (int j = 0; j < 4; ++j)
        s.v[j] = factor.v[j] * s.v[j] + same.v[j] + along.v[j] * (from.v[j] - mean.v[j]);
      own.write(s, signal + own.line(row, 1, 0), c);
    };
  }
};

}  // namespace monge::kernels
