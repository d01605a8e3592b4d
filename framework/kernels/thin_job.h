// Products in which little is summed over, such as those of a layer with two inputs: no more work than
// writing the result.
#pragma once

#include "kernels/four_job.h"
#include "kernels/product_job.h"

namespace monge::kernels {

/// A plain Product with rows of A outside. An item is up to four n of one row.
struct ThinProduct {
  static constexpr std::uint32_t kMost = 8;  // summed over

  Product job;
  Divisor fours;                   // items of a row
  std::uint32_t b_n = 0, b_p = 0;  // steps in B

  explicit ThinProduct(const Product& product)
      : job(product),
        fours((product.n + 3) / 4),
        b_n(product.b_rows ? static_cast<std::uint32_t>(product.b.step_row) : 1),
        b_p(product.b_rows ? 1 : static_cast<std::uint32_t>(product.b.step_row)) {}

  std::uint32_t items() const { return job.m * fours.value; }

  auto of_run(std::uint32_t run) const {
    return [all = *this, run, a = job.a.of_run(run, 0), b = job.b.of_run(run, 0)](std::uint32_t i) {
      const Product& own = all.job;
      const std::uint32_t m = all.fours.quotient(i), n = 4 * (i - m * all.fours.value);
      Four<float> sum = {};
      for (std::uint32_t p = 0; p < own.p; ++p) {
        const float x = a[m * static_cast<std::uint32_t>(own.a.step_row) + p];
        for (std::uint32_t j = 0; j < 4; ++j)
          sum.v[j] += n + j < own.n ? x * b[(n + j) * all.b_n + p * all.b_p] : 0;
      }
      const int row = static_cast<int>(m) * own.c.step_row;
      if (own.c.wide)
        store(own.c, sum, run, row, n);
      else
        for (std::uint32_t j = 0; j < 4 && n + j < own.n; ++j) own.c.store(sum.v[j], run, row, n + j);
    };
  }

 private:
  static void store(const Output& c, const Four<float>& sum, std::uint32_t run, int row, std::uint32_t n) {
    const auto at = run * c.run_stride + row + n;
    Four<float> old = {}, added = {}, open = {{1, 1, 1, 1}}, result;
    if (c.accumulate) old = Four<float>::at(c.data + at);
    if (c.bias != nullptr) added = Four<float>::at(c.bias + (run * c.bias_run_stride + n));
    if (c.mask != nullptr) open = Four<float>::at(c.mask + at);
    for (int j = 0; j < 4; ++j) result.v[j] = c.finish(sum.v[j], old.v[j], added.v[j], open.v[j]);
    Four<float>::at(c.data + at) = result;
  }
};

}  // namespace monge::kernels
