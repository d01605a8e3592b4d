// How product_wide.cu updates parameters in place of writing their gradient.
#pragma once

#include "kernels/hopper.cuh"
#include "kernels/product_job.h"

namespace monge::kernels::wide {

/// What a warp has seen of a gradient and of the parameters that it made.
struct Seen {
  float squares = 0, largest = 0;

  __device__ void add(float gradient, float parameter) {
    squares += gradient * gradient;
    keep_largest(fabsf(parameter));
  }
  /// Of all lanes, in each.
  __device__ void gather() {
#pragma unroll
    for (int apart = 16; apart > 0; apart /= 2) {
      squares += __shfl_xor_sync(~0U, squares, apart);
      keep_largest(__shfl_xor_sync(~0U, largest, apart));
    }
  }

 private:
  // What is not a number stays so.
  __device__ void keep_largest(float amount) {
    asm("max.NaN.f32 %0, %0, %1;" : "+f"(largest) : "f"(amount));
  }
};

/// What a tile of M by N is going to update, in shared memory: parameters and then second moments, [M][N]
/// each.
template <int M, int N>
struct Targets {
  static constexpr int kBytes = 2 * M * N * 4;

  const Product& job;
  const float* memory;
  unsigned come, gone;  // barriers: of those who bring, of the warps that update

  /// By `threads`, of which this is one.
  __device__ void bring(unsigned run, unsigned m0, unsigned n0, unsigned thread, unsigned threads) const {
    const Descent& from = job.c.descent;
    const unsigned bytes = min(static_cast<unsigned>(N), job.n - n0) * 4, to = address(memory);
    for (unsigned y = thread; y < M && m0 + y < job.m; y += threads) {
      const auto begin = job.c.place(run, static_cast<int>(m0 + y) * job.c.step_row, n0);
      expect(come, 2 * bytes);
      copy_bulk(to + y * N * 4, from.values + begin, bytes, come);
      copy_bulk(to + (M + y) * N * 4, from.second + begin, bytes, come);
    }
    arrive(come);
  }

  /// One update of the four at row `y` and column `x` of the tile, which begins at `to` in memory.
  __device__ void take(const Rule<float>& rule, const float4& gradient, int y, int x, std::int64_t to,
                       Seen& seen) const {
    const float g[4] = {gradient.x, gradient.y, gradient.z, gradient.w};
    Four<float> p = Four<float>::at(memory + y * N + x), v = Four<float>::at(memory + (M + y) * N + x);
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      p.v[j] = rule.by_second(p.v[j], g[j], v.v[j]);
      seen.add(g[j], p.v[j]);
    }
    Four<float>::at(job.c.descent.values + to) = p;
    Four<float>::at(job.c.descent.second + to) = v;
  }
};

}  // namespace monge::kernels::wide
