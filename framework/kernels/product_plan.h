// Which kernel does a product, and how it is launched.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>

#include "kernels/product_job.h"

namespace monge::kernels {

inline bool fours(std::int64_t n) { return n % 4 == 0; }
inline bool fours(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 16 == 0; }

/// What Patches::wide may be.
inline bool may_be_wide(const Patches& x) {
  return x.step_c == 1 && fours(x.data) && fours(x.run_stride) && fours(x.class_stride) && fours(x.cols) &&
         fours(x.channels.value) && fours(x.step_row) && fours(x.step_y) && fours(x.step_x);
}

/// What Output::wide may be.
inline bool may_be_wide(const Output& c, std::uint32_t n) {
  return c.step_n == 1 && fours(n) && fours(c.data) && fours(c.mask) && fours(c.bias) &&
         fours(c.run_stride) && fours(c.bias_run_stride) && fours(c.step_row) && fours(c.step_y) &&
         fours(c.step_x);
}

struct Plan {
  std::size_t tile = 0;
  std::string kernel;  // as C++ names it, of product.cu
  std::uint32_t grid[3] = {}, threads = 0, shared = 0;
};

inline Plan plan(const Product& job, std::uint32_t runs, std::size_t which) {
  const Tile& tile = kTiles[which];
  const auto blocks = [](std::uint32_t n, int size) {
    return (n + static_cast<std::uint32_t>(size) - 1) / static_cast<std::uint32_t>(size);
  };
  const auto flag = [](bool on) { return on ? std::string("true") : std::string("false"); };
  return {which,
          "monge::kernels::product<" + std::to_string(which) + ", " + flag(job.a_rows) + ", " +
              flag(job.b_rows) + ">",
          {blocks(job.n, tile.block_n), blocks(job.m, tile.block_m), runs * job.classes()},
          static_cast<std::uint32_t>(tile.threads()),
          static_cast<std::uint32_t>(tile.shared())};
}

/// The tile that should be fastest: that with which the busiest multiprocessor has the least to do.
inline Plan plan(const Product& job, std::uint32_t runs, int multiprocessors) {
  // How fast a multiprocessor is with blocks enough, relative, on an H100; 0: never the fastest.
  constexpr double kSpeed[std::size(kTiles)] = {0, 1, 1, 0, 0, 0.88, 0, 1.06, 0.97};
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::size(kTiles); ++i) {
    if (kSpeed[i] == 0) continue;
    const auto& tile = kTiles[i];
    const auto made = plan(job, runs, i);
    const auto all = static_cast<double>(made.grid[0]) * made.grid[1] * made.grid[2];
    const auto most =
        static_cast<double>(static_cast<std::int64_t>(all + multiprocessors - 1) / multiprocessors);
    // Fewer than it holds leave a multiprocessor waiting more often.
    const bool shallow =
        static_cast<int>(job.p) < 2 * 16 * tile.slabs * tile.stages;  // the stages fill in vain
    const double speed =
        kSpeed[i] * (shallow && tile.slabs > 1 ? 0.8 : 1) * (0.5 + 0.5 * std::min(most / tile.blocks, 1.0));
    const double time = most * tile.block_m * tile.block_n / speed;
    if (time < least) {
      least = time;
      best = i;
    }
  }
  return plan(job, runs, best);
}

/// How product_wide.cu shares C out; its template parameters.
struct WideTile {
  int block_m, block_n, parts, stages, producers, blocks, deep, bring;

  constexpr int threads() const { return (block_m / 64 + producers) * 128; }
  constexpr int shared() const { return (block_m + 2 * block_n) * 128 * stages + 1024; }
};

constexpr WideTile kWideTiles[] = {
    {128, 128, 1, 4, 2, 1, 1, 64}, {128, 128, 2, 4, 2, 1, 1, 64}, {128, 128, 1, 4, 1, 1, 1, 104},
    {128, 128, 1, 4, 2, 1, 2, 80}, {128, 128, 1, 4, 1, 1, 2, 136}, {64, 128, 1, 2, 1, 2, 1, 88},
    {128, 64, 1, 6, 1, 1, 2, 112}, {64, 64, 1, 4, 1, 2, 2, 104},
};

inline Plan wide_plan(const Product& job, std::uint32_t runs, std::size_t which) {
  const WideTile& t = kWideTiles[which];
  const auto blocks = [](std::uint32_t n, int size) {
    return (n + static_cast<std::uint32_t>(size) - 1) / static_cast<std::uint32_t>(size);
  };
  const auto flag = [](bool on) { return on ? std::string("true") : std::string("false"); };
  std::string kernel = "monge::kernels::product_wide<";
  for (const int n : {t.block_m, t.block_n, t.parts, t.stages, t.producers, t.blocks, t.deep, t.bring})
    kernel += std::to_string(n) + ", ";
  return {which,
          kernel + flag(job.a_rows) + ", " + flag(job.b_rows) + ">",
          {blocks(job.n, t.block_n), blocks(job.m, t.block_m), runs * job.classes()},
          static_cast<std::uint32_t>(t.threads()),
          static_cast<std::uint32_t>(t.shared())};
}

}  // namespace monge::kernels
