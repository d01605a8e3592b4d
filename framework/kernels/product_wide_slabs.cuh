// How product_wide.cu brings slabs of A and B into shared memory, and reads A's.
#pragma once

#include "kernels/hopper.cuh"
#include "kernels/product_job.h"
#include "kernels/product_memory.cuh"

namespace monge::kernels::wide {

/// Brings A as it is; rows outside: [outer][32], columns outside: [32][outer], either with fours swapped for
/// those who read fragments. T threads.
template <bool Rows, int Outer, int T>
struct Left {
  static constexpr int kSlots = Outer * 8 / T;
  static constexpr int kAcross = Rows ? 8 : Outer / 4;   // fours along what is contiguous
  static constexpr int kStride = T / kAcross;            // lines from a slot to the next
  static constexpr int kLine = Rows ? kRow : Outer * 4;  // bytes
  static_assert(kSlots >= 1 && T % kAcross == 0 && kStride % 4 == 0 && (!Rows || kStride % 8 == 0));

  const Patches& x;
  const float* data;
  Class origin;
  int first, across, along;
  unsigned to;
  Point slots[Rows ? kSlots : 1];

  __device__ Left(const Patches& patches, unsigned run, unsigned which, Class q, int begin, int thread)
      : x(patches), data(patches.of_run(run, which)), origin(patches.origin(q)), first(begin) {
    across = thread % kAcross;
    along = thread / kAcross;
    to = along * kLine + (across ^ (Rows ? along & 7 : 2 * (along & 3))) * 16;
    if constexpr (Rows)
      for (int i = 0; i < kSlots; ++i) slots[i] = x.row(first + along + i * kStride, origin);
    else
      slots[0] = x.col(first + across * 4);
  }
  __device__ void fetch(unsigned slab, int begin) const {
    const unsigned target = slab + to;
    if (x.wide) {
      Point k = {};
      if constexpr (Rows) k = x.col(begin + across * 4);
#pragma unroll
      for (int i = 0; i < kSlots; ++i) {
        Point at = slots[Rows ? i : 0];
        if constexpr (!Rows) k = x.row(begin + along + i * kStride, origin);
        at = at + k;
        copy_async(target + i * kStride * kLine, data + at.offset, x.holds(at), true);
      }
    } else {
#pragma unroll 1
      for (int j = 0; j < 4; ++j) {
        const Point k = x.col((Rows ? begin : first) + across * 4 + j);
#pragma unroll
        for (int i = 0; i < kSlots; ++i) {
          Point at = {};
          if constexpr (Rows)
            at = slots[i] + k;
          else
            at = x.row(begin + along + i * kStride, origin) + k;
          copy_async(target + i * kStride * kLine + j * 4, data + at.offset, x.holds(at), false);
        }
      }
    }
  }
  /// raw[k][i] of the 16 rows from `begin`: element i of fragment k, as a lane has it.
  __device__ static void read(unsigned slab, int begin, int lane, float (&raw)[4][4]) {
    const int g = lane / 4, t = lane % 4;
    if constexpr (Rows) {
      const unsigned at = slab + (begin + g) * kRow + g * 16 + t * 4;
#pragma unroll
      for (int k = 0; k < 8; ++k) {
        raw[k / 2][k % 2 * 2] = get(at ^ (k * 16));  // a slab lies at a multiple of 1024
        raw[k / 2][k % 2 * 2 + 1] = get((at ^ (k * 16)) + 8 * kRow);
      }
    } else {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const unsigned four = ((begin + half * 8 + g) / 4) ^ (2 * t);
        const unsigned at = slab + t * kLine + four * 16 + g % 4 * 4;
#pragma unroll
        for (int k = 0; k < 8; ++k) raw[k / 2][k % 2 * 2 + half] = get(at + k * 4 * kLine);
      }
    }
  }
};

/// Brings B by way of registers, taken apart: [outer][32] of big and then of small, with fours swapped as the
/// tensor cores expect: in row i four j lies at j ^ i % 8.
template <bool Rows, int Outer, int T>
struct Right {
  static constexpr int kFours = Outer * 8 / T;
  static constexpr int kSlots = Rows ? kFours : kFours / 4;  // columns outside: blocks of 4 by 4
  static constexpr int kStep = Rows ? 1 : T / Outer;  // in k, in blocks of 16, from a block to the next
  static_assert(kSlots >= 1 && (Rows || kSlots == 1 || T == Outer));

  const Patches& x;
  const float* data;
  Class origin;
  int first, across,
      along;  // across: the four, of k with rows outside, of outer with columns; along: the other
  Point slots[Rows ? kSlots : 1];

  __device__ Right(const Patches& patches, unsigned run, unsigned which, Class q, int begin, int thread)
      : x(patches), data(patches.of_run(run, which)), origin(patches.origin(q)), first(begin) {
    if constexpr (Rows) {
      across = thread % 8;
      along = thread / 8;
      for (int i = 0; i < kSlots; ++i) slots[i] = x.row(first + along + i * (T / 8), origin);
    } else {
      // A warp reads 128 bytes of each of four k; eight threads store to each of the banks.
      const int lane = thread % 32, warp = thread / 32;
      across = (lane & 1) + (lane >> 3) * 2 + warp % (Outer / 32) * 8;
      along = (lane >> 1 & 3) + warp / (Outer / 32) * 4;
      slots[0] = x.col(first + across * 4);
    }
  }
  __device__ void load(float (&four)[4], const Point& at) const {
    float4 r = {0, 0, 0, 0};
    if (x.holds(at)) r = *reinterpret_cast<const float4*>(data + at.offset);
    four[0] = r.x;
    four[1] = r.y;
    four[2] = r.z;
    four[3] = r.w;
  }
  __device__ void load(float& one, const Point& at) const {
    one = 0;
    if (x.holds(at)) one = data[at.offset];
  }
  __device__ void load(float (&v)[kFours][4], int begin) const {
    if constexpr (Rows) {
      if (x.wide) {
        const Point k = x.col(begin + across * 4);
#pragma unroll
        for (int i = 0; i < kSlots; ++i) load(v[i], slots[i] + k);
      } else {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          const Point k = x.col(begin + across * 4 + j);
#pragma unroll
          for (int i = 0; i < kSlots; ++i) load(v[i][j], slots[i] + k);
        }
      }
    } else {
#pragma unroll
      for (int i = 0; i < kFours; ++i) {
        const Point k = x.row(begin + (along + i / 4 * kStep * 4) * 4 + i % 4, origin);
        if (x.wide) {
          load(v[i], slots[0] + k);
        } else {
#pragma unroll
          for (int j = 0; j < 4; ++j) load(v[i][j], x.col(first + across * 4 + j) + k);
        }
      }
    }
  }
  __device__ void store(const float (&v)[kFours][4], unsigned slab) const {
#pragma unroll
    for (int i = 0; i < kFours; ++i) {
      unsigned big[4], small[4];
#pragma unroll
      for (int j = 0; j < 4; ++j) split(Rows ? v[i][j] : v[i / 4 * 4 + j][i % 4], big[j], small[j]);
      const int row = Rows ? along + i * (T / 8) : across * 4 + i % 4;
      const int four = Rows ? across : along + i / 4 * kStep * 4;
      const unsigned to = slab + row * kRow + (four ^ (row & 7)) * 16;
      put(to, big);
      put(to + Outer * kRow, small);
    }
  }
};

}  // namespace monge::kernels::wide
