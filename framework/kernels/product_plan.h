// Which kernel does a product, and how it is launched.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

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

/// How product_wide.cu shares C out; its template parameters.
struct WideTile {
  int block_m, block_n, parts, stages, producers, blocks, deep, bring;

  constexpr int threads() const { return (block_m / 64 + producers) * 128; }
  constexpr int shared(bool descends) const {
    return (block_m + 2 * block_n) * 128 * stages + block_m * kStorePitch * 4 +
           (descends ? 2 * block_m * block_n * 4 : 0) + 1024;
  }
};

constexpr WideTile kWideTiles[] = {{128, 128, 1, 4, 2, 1, 2, 88},
                                   {64, 128, 1, 2, 1, 2, 1, 88},
                                   {128, 64, 1, 6, 2, 1, 2, 88},
                                   {64, 64, 1, 4, 1, 2, 2, 104},
                                   // of products that descend: beside their stages lies what they update
                                   {128, 64, 1, 4, 2, 1, 2, 88},
                                   {64, 64, 1, 2, 1, 2, 2, 104}};
constexpr std::size_t kDescents = 2;  // the last of them

/// Microseconds of a multiprocessor full of blocks of a tile, as an H100 has taken
/// (benchmarks/gpu/product_rates.cpp shows their effect): so many, and so many for each p that is summed
/// over, by form (both operands with rows outside; B with columns; both with columns).
struct Cost {
  double once, each[3];
};
constexpr Cost kCosts[] = {{5, {0.130, 0.130, 0.125}},
                           {5, {0.130, 0.130, 0.118}},
                           {4, {0.096, 0.100, 0.105}},
                           {5, {0.075, 0.078, 0.070}},
                           {4, {0.091, 0.093, 0.092}}};
constexpr Cost kWideCosts[] = {{5.2, {0.0377, 0.0448, 0.0502}}, {4.0, {0.0573, 0.0700, 0.0732}},
                               {2.2, {0.0252, 0.0325, 0.0376}}, {2.1, {0.0320, 0.0382, 0.0410}},
                               {4.7, {0, 0, 0.0297}},           {4.1, {0, 0, 0.0437}}};
static_assert(std::size(kCosts) == std::size(kTiles) && std::size(kWideCosts) == std::size(kWideTiles));

struct Plan {
  std::string kernel;  // as C++ names it, of product.cu or product_wide.cu
  std::uint32_t grid[3] = {}, threads = 0, shared = 0;
  std::uint32_t tiles = 0;  // of C, of all runs, which product_wide.cu's blocks share where they are many
  double microseconds = 0;  // about; infinite where a grid may not have so many blocks
};

inline std::string forms_of(const Product& job) {
  if (job.c.descent.rules != nullptr)
    return job.split == 0 ? "false, false, false, true>" : "false, false, true, true>";
  if (job.a_rows) return job.b_rows ? "true, true>" : "true, false>";
  if (job.b_rows) return "false, true>";
  return job.split == 0 ? "false, false>" : "false, false, true>";
}

template <class Any>
Plan plan_with(const Any& tile, const Cost& cost, const std::string& kernel, const Product& job,
               std::uint32_t runs, int multiprocessors) {
  const auto blocks = [](std::uint32_t n, int size) {
    return (n + static_cast<std::uint32_t>(size) - 1) / static_cast<std::uint32_t>(size);
  };
  Plan plan{kernel + forms_of(job),
            {blocks(job.n, tile.block_n), blocks(job.m, tile.block_m), runs * job.classes()},
            static_cast<std::uint32_t>(tile.threads())};
  constexpr bool kWide = std::is_same_v<Any, WideTile>;
  if constexpr (kWide)
    plan.shared = static_cast<std::uint32_t>(tile.shared(job.c.descent.rules != nullptr));
  else
    plan.shared = static_cast<std::uint32_t>(tile.shared());
  const auto all = static_cast<std::int64_t>(plan.grid[0]) * plan.grid[1] * plan.grid[2];
  if (kWide ? all > std::numeric_limits<std::int32_t>::max() : std::max(plan.grid[1], plan.grid[2]) > 65535) {
    plan.microseconds = std::numeric_limits<double>::infinity();
    return plan;
  }
  plan.tiles = static_cast<std::uint32_t>(all);
  if constexpr (kWide) {
    // Few are not shared out beforehand: a multiprocessor that still has another kernel's blocks is late.
    const auto fit = static_cast<std::uint32_t>(multiprocessors * tile.blocks);
    const bool many = plan.tiles >= 3 * fit;
    plan.grid[0] = many ? fit : plan.tiles;
    plan.grid[1] = plan.grid[2] = 1;
    plan.kernel = kernel + (many ? "true, " : "false, ") + forms_of(job);
  }
  const auto most = (all + multiprocessors - 1) / multiprocessors, full = most / tile.blocks,
             rest = most % tile.blocks;
  const double each = cost.each[job.a_rows ? (job.b_rows ? 0 : 1) : 2] * job.p;
  plan.microseconds = static_cast<double>(full) * (cost.once + each);
  // Fewer blocks than it holds leave a multiprocessor waiting more often.
  if (rest > 0) plan.microseconds += cost.once + each * (0.5 + 0.5 * static_cast<double>(rest) / tile.blocks);
  return plan;
}

/// All tiles count as kTiles and kWideTiles, one after the other, those of products that descend last.
constexpr std::size_t kFirstWide = std::size(kTiles), kAllTiles = kFirstWide + std::size(kWideTiles),
                      kFirstDescent = kAllTiles - kDescents;

/// By tile `which`.
inline Plan plan(const Product& job, std::uint32_t runs, int multiprocessors, std::size_t which) {
  std::string kernel = "monge::kernels::product";
  if (which < kFirstWide) {
    kernel.append("<").append(std::to_string(which)).append(", ");
    return plan_with(kTiles[which], kCosts[which], kernel, job, runs, multiprocessors);
  }
  const WideTile& t = kWideTiles[which - kFirstWide];
  kernel += "_wide<";
  for (const int n : {t.block_m, t.block_n, t.parts, t.stages, t.producers, t.blocks, t.deep, t.bring})
    kernel += std::to_string(n) + ", ";
  return plan_with(t, kWideCosts[which - kFirstWide], kernel, job, runs, multiprocessors);
}

/// Whether product_wide.cu does it well: its stages pay for sums of so many at least, read by fours.
inline bool is_wide(const Product& job) { return job.a.wide && job.b.wide && job.p >= 64; }

/// The one that should be fastest; `hopper`: the device has what product_wide.cu asks for, as a product that
/// descends needs it. Throws std::invalid_argument where none can have so many rows or runs.
inline Plan plan(const Product& job, std::uint32_t runs, int multiprocessors, bool hopper) {
  const bool descends = job.c.descent.rules != nullptr;
  const std::size_t end = descends ? kAllTiles : hopper && is_wide(job) ? kFirstDescent : kFirstWide;
  Plan best;
  best.microseconds = std::numeric_limits<double>::infinity();
  for (std::size_t i = descends ? kFirstDescent : 0; i < end; ++i) {
    Plan next = plan(job, runs, multiprocessors, i);
    if (next.microseconds < best.microseconds) best = std::move(next);
  }
  if (std::isinf(best.microseconds))
    throw std::invalid_argument("a product of " + std::to_string(job.m) + " rows for each of " +
                                std::to_string(runs) + " runs is too large for one launch");
  return best;
}

}  // namespace monge::kernels
