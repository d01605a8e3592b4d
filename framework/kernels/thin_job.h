// Products in which little is summed over, such as those of a layer with two inputs: no more work than
// writing the result.
#pragma once

#include "kernels/four_job.h"
#include "kernels/product_job.h"

namespace monge::kernels {

/// A plain Product with rows of A outside. An item is up to four n of kRows rows, all of it read before any
/// is written: reading is what it waits for.
struct ThinProduct {
  static constexpr std::uint32_t kMost = 8;  // summed over
  static constexpr std::uint32_t kRows = 4;

  Product job;
  Divisor fours;                   // items of kRows rows
  std::uint32_t b_n = 0, b_p = 0;  // steps in B

  explicit ThinProduct(const Product& product)
      : job(product),
        fours((product.n + 3) / 4),
        b_n(product.b_rows ? static_cast<std::uint32_t>(product.b.step_row) : 1),
        b_p(product.b_rows ? 1 : static_cast<std::uint32_t>(product.b.step_row)) {}

  std::uint32_t items() const { return (job.m + kRows - 1) / kRows * fours.value; }

  auto of_run(std::uint32_t run) const {
    return [all = *this, run, a = job.a.of_run(run, 0), b = job.b.of_run(run, 0)](std::uint32_t i) {
      const std::uint32_t group = all.fours.quotient(i), n = 4 * (i - group * all.fours.value);
      Four<float> sums[kRows] = {};
      all.sum(a, b, group * kRows, n, sums);
      if (all.job.c.wide)
        all.store(sums, run, group * kRows, n);
      else
        all.store_singly(sums, run, group * kRows, n);
    };
  }

 private:
  /// What stands for a row behind the last, to be read and not written.
  std::uint32_t row(std::uint32_t m) const { return m < job.m ? m : job.m - 1; }
  int place(std::uint32_t m) const { return static_cast<int>(m) * job.c.step_row; }

  void sum(const float* a, const float* b, std::uint32_t first, std::uint32_t n, Four<float>* sums) const {
    for (std::uint32_t p = 0; p < job.p; ++p) {
      Four<float> by = {};
      for (std::uint32_t j = 0; j < 4; ++j) by.v[j] = n + j < job.n ? b[(n + j) * b_n + p * b_p] : 0;
      for (std::uint32_t r = 0; r < kRows; ++r) {
        const float x = a[row(first + r) * static_cast<std::uint32_t>(job.a.step_row) + p];
        for (std::uint32_t j = 0; j < 4; ++j) sums[r].v[j] += x * by.v[j];
      }
    }
  }

  void store(Four<float>* sums, std::uint32_t run, std::uint32_t first, std::uint32_t n) const {
    const Output& c = job.c;
    Four<float> added = {};
    if (c.bias != nullptr) added = Four<float>::at(c.bias + (run * c.bias_run_stride + n));
    for (std::uint32_t r = 0; r < kRows; ++r) {
      const auto at = run * c.run_stride + place(row(first + r)) + n;
      Four<float> old = {}, open = {{1, 1, 1, 1}};
      if (c.accumulate) old = Four<float>::at(c.data + at);
      if (c.mask != nullptr) open = Four<float>::at(c.mask + at);
      for (int j = 0; j < 4; ++j) sums[r].v[j] = c.finish(sums[r].v[j], old.v[j], added.v[j], open.v[j]);
    }
    for (std::uint32_t r = 0; r < kRows && first + r < job.m; ++r)
      Four<float>::at(c.data + (run * c.run_stride + place(first + r) + n)) = sums[r];
  }

  void store_singly(const Four<float>* sums, std::uint32_t run, std::uint32_t first, std::uint32_t n) const {
    for (std::uint32_t r = 0; r < kRows && first + r < job.m; ++r)
      for (std::uint32_t j = 0; j < 4 && n + j < job.n; ++j)
        job.c.store(sums[r].v[j], run, place(first + r), n + j);
  }
};

}  // namespace monge::kernels
