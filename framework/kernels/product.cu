// Products with the accuracy of float32 on tensor cores, which multiply tf32, 11 bits: each float is the sum of
// a big and a small tf32, and three of the four products of those are added. NVRTC compiles it; no atomics and
// one order of summation, so the same input gives the same bits.
#include "kernels/follow.cuh"
#include "kernels/product_job.h"
#include "kernels/product_memory.cuh"

namespace monge::kernels {

constexpr int kDepth = 16;  // of a slab

__device__ inline void end_stage() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int Pending>
__device__ inline void await_stages() {
  asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory");
}

// In which of 32 places lies what a thread calls its first of four, as g = lane / 4 of a fragment. Which place
// is which is free, as long as the store knows; this one lets four threads store 64 bytes at once.
__device__ inline int place(int g) { return 16 * (g & 1) + 4 * (g >> 1); }

// A slab of an operand in shared memory, without bank conflicts in 16 bytes a thread. Rows outside: [outer][16],
// where of every other 16 rows neighbours change places. Columns outside: [16][outer], fours swapped by k.
template <bool Rows, int Outer, int Threads>
struct Slab {
  static constexpr int kSlots = Outer * 4 / Threads;         // fours that a thread brings
  static constexpr int kAcross = Rows ? 4 : Threads / 16;    // threads along what is contiguous
  static constexpr int kStep = Rows ? Threads / 4 * kDepth : kAcross * 4;  // from a slot to the next
  static_assert(kSlots >= 1 && Outer % 32 == 0 && Threads % 128 == 0);

  const Patches& x;
  const float* data;
  Class origin;
  int first;  // outer index of the block
  int across, along;
  unsigned to;  // of the first slot, in bytes
  Point slots[kSlots];

  __device__ Slab(const Patches& patches, unsigned run, unsigned which, Class q, int begin)
      : x(patches), data(patches.of_run(run, which)), origin(patches.origin(q)), first(begin) {
    across = threadIdx.x % kAcross;
    along = threadIdx.x / kAcross;
    to = 4 * (Rows ? (along ^ (along >> 4 & 1)) * kDepth + across * 4
                   : along * Outer + (across ^ (along >> 2 & 3)) * 4);
    pin();
    for (int i = 0; i < kSlots; ++i) slots[i] = outer(i, 0);
  }
  /// One base for all addresses: kept from being taken apart into sums of 64 bits.
  __device__ void pin() { asm("" : "+l"(data)); }
  __device__ void turn_to(const Rest& rest, unsigned run) {
    data = rest.of_run(run);
    pin();
  }
  __device__ Point outer(int slot, int j) const {
    if constexpr (Rows)
      return x.row(first + along + slot * (Threads / 4), origin);
    else
      return x.col(first + (across + slot * kAcross) * 4 + j);
  }
  __device__ Point summed(int begin, int j) const {
    if constexpr (Rows)
      return x.col(begin + across * 4 + j);
    else
      return x.row(begin + along, origin);
  }
  __device__ void fetch(unsigned slab, int begin) const {
    if (x.wide) {
      const Point k = summed(begin, 0);
#pragma unroll
      for (int i = 0; i < kSlots; ++i) copy(slab + to + i * kStep * 4, slots[i] + k, true);
    } else {
#pragma unroll 1
      for (int j = 0; j < 4; ++j) {
        const Point k = summed(begin, j);
#pragma unroll
        for (int i = 0; i < kSlots; ++i)
          copy(slab + to + (i * kStep + j) * 4, (Rows ? slots[i] : outer(i, j)) + k, false);
      }
    }
  }
  __device__ void copy(unsigned target, const Point& at, bool wide) const {
    copy_async(target, data + at.offset, x.holds(at), wide);  // of what is not there nothing is read
  }
  /// raw[s][j]: of a thread's four places in the 32 from `begin`, the four k = 4 * (lane % 4) + j.
  __device__ static void read(const float* slab, int begin, float (&raw)[4][4]) {
    const int g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int at = Rows ? (begin + ((place(g) + i) ^ (g & 1))) * kDepth + t * 4
                          : (t * 4 + i) * Outer + begin + (place(g) ^ t * 4);
      const float4 four = *reinterpret_cast<const float4*>(slab + at);
      const float values[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
      for (int j = 0; j < 4; ++j) (Rows ? raw[i][j] : raw[j][i]) = values[j];
    }
  }
};

/// x to 22 bits. Big is rounded, for products of small with small to have either sign and cancel out.
struct Halves {
  unsigned big, small;

  __device__ void operator=(float x) {
    big = (__float_as_uint(x) + 0x1000) & 0xFFFFE000;
    small = __float_as_uint(x - __uint_as_float(big));  // of which tensor cores read the upper 19 bits
  }
};

__device__ inline void multiply(float (&c)[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0,
                                unsigned b1) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

/// sums += a's 16 rows by b's 32 columns, 16 deep. Tensor cores cut off what they add, always towards zero:
/// they add up one slab only, and the slabs are added as float32 is.
__device__ inline void add_slab(float (&sums)[4][4], const Halves (&a)[2][4], const Halves (&b)[4][4]) {
  float part[4][4] = {};
#pragma unroll
  for (int k = 0; k < 4; k += 2) {  // fragment k holds k and k + 1 of each thread's four
#pragma unroll
    for (int n = 0; n < 4; ++n)
      multiply(part[n], a[0][k].small, a[1][k].small, a[0][k + 1].small, a[1][k + 1].small, b[n][k].big,
               b[n][k + 1].big);
#pragma unroll
    for (int n = 0; n < 4; ++n)
      multiply(part[n], a[0][k].big, a[1][k].big, a[0][k + 1].big, a[1][k + 1].big, b[n][k].small,
               b[n][k + 1].small);
#pragma unroll
    for (int n = 0; n < 4; ++n)
      multiply(part[n], a[0][k].big, a[1][k].big, a[0][k + 1].big, a[1][k + 1].big, b[n][k].big,
               b[n][k + 1].big);
  }
#pragma unroll
  for (int n = 0; n < 4; ++n)
#pragma unroll
    for (int i = 0; i < 4; ++i) sums[n][i] += part[n][i];
}

/// Blocks: n along x, m along y, the classes of each run along z. Split: operands have a second piece each.
template <int Which, bool ARows, bool BRows, bool Split = false>
__global__ void __launch_bounds__(kTiles[Which].threads(), kTiles[Which].blocks)
    product(const __grid_constant__ Product job) {
  constexpr Tile tile = kTiles[Which];
  constexpr int kM = tile.warp_m / 32, kN = tile.warp_n / 32, kWarpsM = tile.block_m / tile.warp_m;
  constexpr int kSlab = (tile.block_m + tile.block_n) * kDepth;  // floats of both operands
  using A = Slab<ARows, tile.block_m, tile.threads()>;
  using B = Slab<BRows, tile.block_n, tile.threads()>;
  static_assert(tile.shared() >= tile.block_m * tile.block_n * 4, "C goes through the memory of the stages");
  extern __shared__ float4 ring[];

  const unsigned run = blockIdx.z / job.classes(), which = blockIdx.z % job.classes();
  const Class q = {static_cast<int>(which) / job.c.fold, static_cast<int>(which) % job.c.fold};
  const int m0 = blockIdx.y * tile.block_m, n0 = blockIdx.x * tile.block_n;
  const int warp = threadIdx.x / 32, g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
  const int warp_m = warp % kWarpsM * tile.warp_m, warp_n = warp / kWarpsM * tile.warp_n;
  A a(job.a, run, which, q, m0);
  B b(job.b, run, which, q, n0);

  constexpr int kStepDepth = kDepth * tile.slabs;
  const int steps = (static_cast<int>(job.p) + kStepDepth - 1) / kStepDepth;
  const auto target = static_cast<unsigned>(__cvta_generic_to_shared(ring));
  const auto fetch = [&](int step, int stage) {
    if (step < steps)
#pragma unroll
      for (int s = 0; s < tile.slabs; ++s) {
        const unsigned slab = target + (stage * tile.slabs + s) * kSlab * 4;
        const int begin = step * kStepDepth + s * kDepth;
        if (Split && begin == job.split) {  // slabs are fetched in order
          a.turn_to(job.a_rest, run);
          b.turn_to(job.b_rest, run);
        }
        a.fetch(slab, begin);
        b.fetch(slab + tile.block_m * kDepth * 4, begin);
      }
    end_stage();
  };
  follow();
  for (int s = 0; s < tile.stages - 1; ++s) fetch(s, s);

  float sums[kM * 2][kN][4][4] = {};
  for (int step = 0, stage = 0; step < steps; ++step) {
    await_stages<tile.stages - 2>();
    __syncthreads();  // now all have their part of this stage, and are done with the one before
    fetch(step + tile.stages - 1, stage == 0 ? tile.stages - 1 : stage - 1);
#pragma unroll
    for (int s = 0; s < tile.slabs; ++s) {
      const float* slab = reinterpret_cast<const float*>(ring) + (stage * tile.slabs + s) * kSlab;
      float raw[4][4];
      Halves right[kN][4][4];
#pragma unroll
      for (int j = 0; j < kN; ++j) {
        B::read(slab + tile.block_m * kDepth, warp_n + j * 32, raw);
#pragma unroll
        for (int i = 0; i < 16; ++i) right[j][i / 4][i % 4] = raw[i / 4][i % 4];
      }
#pragma unroll
      for (int i = 0; i < kM; ++i) {
        A::read(slab, warp_m + i * 32, raw);
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          Halves left[2][4];
#pragma unroll
          for (int k = 0; k < 8; ++k) left[k / 4][k % 4] = raw[half * 2 + k / 4][k % 4];
#pragma unroll
          for (int j = 0; j < kN; ++j) add_slab(sums[i * 2 + half][j], left, right[j]);
        }
      }
    }
    stage = stage + 1 == tile.stages ? 0 : stage + 1;
  }

  // By way of shared memory, where a warp's rows are 32 long and fours are swapped in every other 16 of them:
  // from there whole rows are stored, by a loop of little code.
  __syncthreads();
  float4* mine = ring + warp * tile.warp_m * tile.warp_n / 4;
#pragma unroll
  for (int j = 0; j < kN; ++j)
#pragma unroll
    for (int i = 0; i < kM * 4; ++i)
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const auto& four = sums[i / 2][j];
        const int row = j * tile.warp_m + i / 4 * 32 + place(g) + i % 4, e = i % 2 * 2 + half;
        mine[row * 8 + ((half ^ (g & 1)) * 4 + t)] = {four[0][e], four[1][e], four[2][e], four[3][e]};
      }
  __syncwarp();
  const int lane = threadIdx.x % 32;
#pragma unroll 2
  for (int i = lane / 8; i < tile.warp_m * kN; i += 4) {
    const unsigned m = m0 + warp_m + i % tile.warp_m;
    const int row = m < job.m ? job.c.row(m, q) : -1;
    const float4 four = mine[i * 8 + (lane % 8 ^ (i >> 4 & 1) * 4)];
    if (row >= 0) store(job, four, run, row, n0 + warp_n + i / tile.warp_m * 32 + lane % 8 * 4);
  }
}

}  // namespace monge::kernels
