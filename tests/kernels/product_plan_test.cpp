#include "kernels/product_plan.h"

#include <doctest/doctest.h>

namespace product_plan_test {

using namespace monge;

TEST_CASE("product plan: it has no more blocks than a grid may have, or says that it cannot") {
  kernels::Product job;
  job.n = 32;
  job.p = 16;
  job.a_rows = job.b_rows = true;
  job.m = 5'000'000;  // too many for tiles of 64 rows, not for those of 128
  CHECK(kernels::plan(job, 4, 132, false).grid[1] <= 65535);
  job.m = 50'000'000;
  CHECK_THROWS_WITH(kernels::plan(job, 4, 132, false),
                    "a product of 50000000 rows for each of 4 runs is too large for one launch");
}

TEST_CASE("product plan: every tile covers the result, and large sums are Hopper's") {
  kernels::Product job;
  job.m = 200;
  job.n = 70;
  job.p = 40;
  job.b_rows = false;
  for (std::size_t i = 0; i < kernels::kFirstDescent; ++i) {
    const auto plan = kernels::plan(job, 3, /*multiprocessors=*/132, i);
    const bool wide = i >= kernels::kFirstWide;
    const auto j = wide ? i - kernels::kFirstWide : i;
    const auto m = wide ? kernels::kWideTiles[j].block_m : kernels::kTiles[j].block_m;
    const auto n = wide ? kernels::kWideTiles[j].block_n : kernels::kTiles[j].block_n;
    CHECK(plan.kernel.ends_with("true, false>"));
    CHECK(plan.tiles == 3 * ((job.m + m - 1) / m) * ((job.n + n - 1) / n));
    CHECK(plan.grid[0] * plan.grid[1] * plan.grid[2] == plan.tiles);  // a block each
    CHECK(plan.shared <= 227 * 1024);
    if (!wide) {
      CHECK(plan.grid[0] * static_cast<unsigned>(n) >= job.n);
      CHECK(plan.grid[1] * static_cast<unsigned>(m) >= job.m);
      CHECK(plan.grid[2] == 3);
      continue;
    }
    const auto many = kernels::plan(job, 3000, 132, i);
    CHECK(many.grid[0] == 132U * static_cast<unsigned>(kernels::kWideTiles[j].blocks));
    CHECK(many.kernel.ends_with("true, true, false>"));
    CHECK(many.kernel != plan.kernel);
  }
  job.m = job.n = job.p = 512;
  job.a.wide = job.b.wide = true;
  const auto is_wide = [&](bool hopper) {
    return kernels::plan(job, 64, 132, hopper).kernel.find("product_wide<128, 128,") != std::string::npos;
  };
  CHECK(is_wide(true));
  CHECK_FALSE(is_wide(false));
  job.p = 16;
  CHECK_FALSE(is_wide(true));
}

}  // namespace product_plan_test
