// Batch norm of K runs (Ioffe & Szegedy 2015). Numbers are [K, batches, rows, width]; a segment is a batch of
// a run, normalised by itself.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/activation_job.h"
#include "kernels/columns_job.h"

namespace monge::kernels {

struct NormShape {
  std::uint32_t batches, width;
  Divisor rows, fours;  // of a segment; of a row
  Chunks chunks;        // of a segment's rows
  bool wide;            // rows are of fours that may be read at once

  /// Line `i` of `lines`, each of the width, that something has of each segment.
  constexpr std::int64_t line(std::uint32_t segment, std::uint32_t lines, std::uint32_t i) const {
    return (static_cast<std::int64_t>(segment) * lines + i) * width;
  }
  template <class T>
  constexpr Four<T> read(const T* line, std::uint32_t c, bool by_fours) const {
    if (by_fours) return Four<T>::at(line + c);
    Four<T> all = {};
    for (std::uint32_t i = 0; i < 4; ++i)
      if (c + i < width) all.v[i] = line[c + i];
    return all;
  }
  template <class T>
  constexpr void write(const Four<T>& all, T* line, std::uint32_t c) const {
    if (wide) {
      Four<T>::at(line + c) = all;
    } else {
      for (std::uint32_t i = 0; i < 4; ++i)
        if (c + i < width) line[c + i] = all.v[i];
    }
  }
};

/// Of each column of a segment's chunk the mean, then the sum of squares around it. Runs are segments.
template <class T>
struct ChunkStats {
  using Number = T;
  static constexpr std::uint32_t kSums = 1, kPasses = 2;

  const T* x;
  T* parts;  // [segment, chunk, 2, width]
  NormShape shape;
  Chunks chunks;

  constexpr std::uint32_t columns() const { return shape.width; }
  constexpr bool by_fours(std::uint32_t) const { return shape.wide; }

  struct Work {
    const ChunkStats& all;
    const T* x;
    T* parts;

    Four<T> row(std::uint32_t r, std::uint32_t c, bool by_fours) const {
      return all.shape.read(x + all.shape.line(r, 1, 0), c, by_fours);
    }
    static void add(std::uint32_t pass, const Four<T>& row, const Four<T>& mean, Four<T>* sum) {
      for (int i = 0; i < 4; ++i) {
        const T d = row.v[i] - mean.v[i];
        sum->v[i] += pass == 0 ? row.v[i] : d * d;
      }
    }
    T keep(T sum, std::uint32_t chunk, std::uint32_t pass, std::uint32_t, std::uint32_t c) const {
      const auto n = all.chunks.size(chunk);  // 0 of a last chunk, where they are as many as may be
      return parts[all.shape.line(chunk, 2, pass) + c] = pass == 0 && n > 0 ? sum / static_cast<T>(n) : sum;
    }
  };
  Work of_run(std::uint32_t segment) const {
    return {*this, x + shape.line(segment, shape.rows.value, 0),
            parts + shape.line(segment, 2 * chunks.count, 0)};
  }
};

/// Of each segment the mean, 1 / deviation, and that times gain; the running averages move towards each batch
/// in turn, variances unbiased. An item is a column of a run.
template <class T>
struct SegmentStats {
  static constexpr std::uint32_t kLines = 3, kMean = 0, kScale = 1, kFactor = 2;

  const T* parts;  // ChunkStats'
  T* stats;        // [segment, kLines, width]
  const T* gain;   // [K, width], one run's beginning `gain_stride` after another's; null: 1
  T *mean, *variance;
  std::int64_t gain_stride, mean_stride, variance_stride;
  T momentum, epsilon;
  NormShape shape;

  auto of_run(std::uint32_t run) const {
    return [all = *this, run](std::uint32_t c) {
      const NormShape& own = all.shape;
      const auto n = static_cast<T>(own.rows.value);
      for (std::uint32_t batch = 0; batch < own.batches; ++batch) {
        const std::uint32_t segment = run * own.batches + batch, chunks = own.chunks.count;
        const T* of_chunks = all.parts + own.line(segment, 2 * chunks, 0) + c;
        T average = 0, squares = 0;
        for (std::uint32_t i = 0; i < chunks; ++i)
          average += of_chunks[own.line(i, 2, 0)] * (static_cast<T>(own.chunks.size(i)) / n);
        for (std::uint32_t i = 0; i < chunks; ++i) {  // Chan, Golub & LeVeque 1979
          const T d = of_chunks[own.line(i, 2, 0)] - average;
          squares += of_chunks[own.line(i, 2, 1)] + static_cast<T>(own.chunks.size(i)) * d * d;
        }
        T &m = all.mean[run * all.mean_stride + c], &v = all.variance[run * all.variance_stride + c];
        m += all.momentum * (average - m);
        v += all.momentum * (squares / (n - 1) - v);
        T* found = all.stats + own.line(segment, kLines, 0) + c;
        const T scale = 1 / std::sqrt(squares / n + all.epsilon);
        found[own.line(0, 1, kMean)] = average;
        found[own.line(0, 1, kScale)] = scale;
        found[own.line(0, 1, kFactor)] =
            all.gain == nullptr ? scale : scale * all.gain[run * all.gain_stride + c];
      }
    };
  }
};

/// y = activation((x - mean) factor + shift). An item is up to four numbers of a row.
template <class T>
struct Normalise {
  using Stats = SegmentStats<T>;

  const T *x, *stats, *shift;  // shift as SegmentStats has gain
  T* y;
  std::int64_t shift_stride;
  Activation activation;
  NormShape shape;

  auto of_run(std::uint32_t run) const {
    const auto begin = shape.line(run, shape.batches * shape.rows.value, 0);
    return [all = *this, run, x = x + begin, y = y + begin](std::uint32_t i) {
      const NormShape& own = all.shape;
      const std::uint32_t row = own.fours.quotient(i), c = 4 * (i - row * own.fours.value);
      const T* found = all.stats + own.line(run * own.batches + own.rows.quotient(row), Stats::kLines, 0);
      const auto mean = own.read(found + own.line(0, 1, Stats::kMean), c, own.wide),
                 factor = own.read(found + own.line(0, 1, Stats::kFactor), c, own.wide),
                 added = own.read(all.shift + run * all.shift_stride, c, own.wide);
      auto v = own.read(x + own.line(row, 1, 0), c, own.wide);
      for (int j = 0; j < 4; ++j) v.v[j] = all.activation.of((v.v[j] - mean.v[j]) * factor.v[j] + added.v[j]);
      own.write(v, y + own.line(row, 1, 0), c);
    };
  }
};

}  // namespace monge::kernels
