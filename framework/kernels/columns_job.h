// Sums over the rows of K runs' matrices, column by column, as a block of a GPU's threads makes them: it has
// kWidth columns of a chunk of rows, and each of its lanes sums every kLanes'th row of that, by fours. Then
// the lanes are added; the chunks are another job's to add. Always in this order.
//
// A job makes kSums of each column, kPasses times over the same rows; `before` is what `keep` has made of the
// first of them in the pass before, 0 in the first.
#pragma once

#include <cstdint>

#include "kernels/four_job.h"
#include "kernels/product_job.h"

namespace monge::kernels {

constexpr std::uint32_t kWidth = 32, kLanes = 32;

/// Rows in equal parts: their number is a function of the rows alone, lest sums depend on who is in a pack.
struct Chunks {
  // Rows of one, but for so many rows that a grid of blocks would be too large.
  static constexpr std::uint32_t kMost = 1024, kMostChunks = 65535;
  std::uint32_t rows, count, each;

  explicit constexpr Chunks(std::uint32_t n)
      : rows(n), count(n <= kMost ? 1 : (n + kMost - 1) / kMost), each(0) {
    if (count > kMostChunks) count = kMostChunks;
    each = (n + count - 1) / count;
  }
  constexpr std::uint32_t begin(std::uint32_t chunk) const {
    return chunk * each < rows ? chunk * each : rows;
  }
  constexpr std::uint32_t end(std::uint32_t chunk) const { return begin(chunk + 1); }
  constexpr std::uint32_t size(std::uint32_t chunk) const { return end(chunk) - begin(chunk); }
};

/// Where sums are kept: that of column c in row j of a run at [j, c / inner, c % inner].
struct Kept {
  float* data = nullptr;  // null: nowhere
  std::int64_t run_stride = 0, row_stride = 0, outer_stride = 0, inner_stride = 0;
  Divisor inner;

  void keep(float sum, bool fresh, std::uint32_t run, std::uint32_t j, std::uint32_t c) const {
    if (data == nullptr) return;
    const auto outer = inner.quotient(c);
    float& at = data[run * run_stride + j * row_stride + outer * outer_stride +
                     (c - outer * inner.value) * inner_stride];
    at = fresh ? sum : at + sum;
  }
};

/// t' x with a column of ones added to either: t [thin columns] and x [width] of each row.
struct ColumnResults {
  Kept products, sums, thin_sums;  // t' x, 1' x and t' 1
  std::uint32_t width = 0, thin = 0, most_thin = 0;
  bool fresh = false;

  constexpr std::uint32_t columns() const { return width + (thin_sums.data != nullptr ? 1 : 0); }
  void keep(float sum, std::uint32_t run, std::uint32_t j, std::uint32_t c) const {
    if (j == most_thin) {
      if (c < width) sums.keep(sum, fresh, run, 0, c);
    } else if (j < thin) {
      if (c < width)
        products.keep(sum, fresh, run, j, c);
      else
        thin_sums.keep(sum, fresh, run, 0, j);
    }
  }
};

/// kThin: t has no more columns; 0: there is no t.
template <std::uint32_t kThin>
struct ColumnSums {
  using Number = float;
  static constexpr std::uint32_t kSums = kThin + 1, kPasses = 1;

  const float *x, *t;
  std::int64_t x_run, t_run;  // strides
  std::uint32_t x_row, t_row, t_column;
  ColumnResults results;
  float* parts;  // [K, chunks, kSums, columns]; null where there is one chunk
  Chunks chunks;
  bool wide;  // columns of x come in fours that may be read at once

  constexpr std::uint32_t columns() const { return results.columns(); }
  constexpr bool by_fours(std::uint32_t c) const { return wide && c < results.width; }

  struct Row {
    Four<float> x;
    float t[kSums];  // the last: 1
  };

  struct Work {
    const ColumnSums& all;
    std::uint32_t run;
    const float *x, *t;

    Row row(std::uint32_t r, std::uint32_t c, bool by_fours) const {
      Row row = {};
      const std::uint32_t width = all.results.width;
      const float* from = x + (static_cast<std::int64_t>(r) * all.x_row + c);
      if (by_fours)
        row.x = Four<float>::at(from);
      else
        for (std::uint32_t i = 0; i < 4; ++i) row.x.v[i] = c + i < width ? from[i] : float(c + i == width);
      for (std::uint32_t j = 0; j < kSums; ++j) {
        row.t[j] = j == kThin ? 1 : 0;
        if (j != kThin && j < all.results.thin)
          row.t[j] =
              t[static_cast<std::int64_t>(r) * all.t_row + static_cast<std::int64_t>(j) * all.t_column];
      }
      return row;
    }
    static void add(std::uint32_t /*pass*/, const Row& row, const Four<float>& /*before*/,
                    Four<float>* sums) {
      for (std::uint32_t j = 0; j < kSums; ++j)
        for (std::uint32_t i = 0; i < 4; ++i) sums[j].v[i] += row.t[j] * row.x.v[i];
    }
    float keep(float sum, std::uint32_t chunk, std::uint32_t /*pass*/, std::uint32_t j,
               std::uint32_t c) const {
      const std::int64_t row = (static_cast<std::int64_t>(run) * all.chunks.count + chunk) * kSums + j;
      if (all.parts != nullptr)
        all.parts[row * all.columns() + c] = sum;
      else
        all.results.keep(sum, run, j, c);
      return sum;
    }
  };
  Work of_run(std::uint32_t run) const { return {*this, run, x + run * x_run, t + run * t_run}; }
};

/// An item is one sum of a run.
struct AddChunks {
  const float* parts;  // as ColumnSums has them
  ColumnResults results;
  std::uint32_t count, items;

  auto of_run(std::uint32_t run) const {
    return [all = *this, run, own = parts + static_cast<std::int64_t>(run) * count * items](std::uint32_t i) {
      float sum = 0;
      for (std::uint32_t chunk = 0; chunk < all.count; ++chunk)
        sum += own[static_cast<std::int64_t>(chunk) * all.items + i];
      all.results.keep(sum, run, i / all.results.columns(), i % all.results.columns());
    };
  }
};

}  // namespace monge::kernels
