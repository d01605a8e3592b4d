// The products of product.cu with the tensor cores of Hopper (sm_90a), which a group of four warps tells what
// to multiply by what in shared memory. Some groups bring slabs, 32 deep, others multiply them. As there,
// each float is the sum of a big and a small tf32, no atomics, one order of summation.
#include "kernels/follow.cuh"
#include "kernels/hopper.cuh"
#include "kernels/product_job.h"
#include "kernels/product_memory.cuh"
#include "kernels/product_wide_descent.cuh"
#include "kernels/product_wide_slabs.cuh"

namespace monge::kernels::wide {

/// How many registers those have who multiply, if those who bring have `bring`.
constexpr int registers(int consumers, int producers, int blocks, int bring) {
  const int all = 65536 / ((consumers + producers) * blocks * kGroup) / 8 * 8 * (consumers + producers);
  return (all - bring * producers) / consumers / 8 * 8;
}

/// Where tile `i` of C lies: n along x, m along y, the classes of each run along z.
struct Place {
  unsigned run, which;
  Class q;
  int m0, n0;

  __device__ Place(const Product& job, unsigned i, int m, int n) {
    const unsigned across = (job.n + n - 1) / n, down = (job.m + m - 1) / m, z = i / across / down;
    run = z / job.classes();
    which = z % job.classes();
    q = {static_cast<int>(which) / job.c.fold, static_cast<int>(which) % job.c.fold};
    m0 = static_cast<int>(i / across % down) * m;
    n0 = static_cast<int>(i % across) * n;
  }
};

/// The slab in hand: `Stages` of them lie in shared memory, and each turn around them has another parity.
template <int Stages>
struct Turn {
  int stage = 0, parity;

  __device__ explicit Turn(int first) : parity(first) {}
  __device__ void next() {
    if (++stage == Stages) {
      stage = 0;
      parity ^= 1;
    }
  }
};

/// What a block does, as product_wide() says.
template <int M, int N, int Parts, int Stages, int Producers, int Blocks, int Deep, int Bring, bool Many,
          bool ARows, bool BRows, bool Split, bool Descends>
struct Work {
  static constexpr int kConsumers = M / 64, kPart = N / Parts;
  // Where B has no work for more than one group of those who bring, another brings A.
  static constexpr bool kApart = Producers == 2 && N == 64;
  static constexpr int kBringers = kApart ? kGroup : Producers * kGroup;  // of an operand
  static constexpr int kBig = N * kRow, kStage = 2 * kBig + M * kRow;     // bytes: big and small B, A
  static constexpr int kRegisters = registers(kConsumers, Producers, Blocks, Bring);
  static constexpr bool kAhead = kRegisters >= N + 56;  // A is read for a slab during the one before

  const Product& job;
  unsigned tiles, step, base, full, empty;  // tiles; addresses of the slabs and of their barriers
  int slabs;
  float* lines;           // behind the slabs: 16 rows of C for each warp that multiplies
  Targets<M, N> targets;  // behind the lines

  __device__ Work(const Product& product, unsigned all, float4* ring, unsigned long long* barriers)
      : job(product), tiles(all), step(Many ? gridDim.x : all), targets{product} {
    full = address(barriers);
    empty = full + Stages * 8;
    targets.come = empty + Stages * 8;
    targets.gone = targets.come + 8;
    base = (address(ring) + 1023) & ~1023U;  // as swizzles begin
    slabs = (static_cast<int>(job.p) + kDepth - 1) / kDepth;
    lines = reinterpret_cast<float*>(ring) + (base - address(ring) + Stages * kStage) / 4;
    targets.memory = lines + M * kStorePitch;
  }

  __device__ void begin() const {
    if (threadIdx.x == 0) {
      for (int i = 0; i < Stages; ++i) {
        init(full + i * 8, 2 * kBringers);
        init(empty + i * 8, kConsumers * 4);
      }
      init(targets.come, kBringers);
      init(targets.gone, kConsumers * 4);
      asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
    }
    __syncthreads();
  }

  /// By kBringers threads, of either operand or of one.
  template <bool A, bool B>
  __device__ void bring(int thread) const {
    Turn<Stages> turn(1);
    [[maybe_unused]] int parity = 1;  // of the barriers of targets
    for (unsigned tile = blockIdx.x; tile < tiles; tile += step) {
      const Place at(job, tile, M, N);
      Left<ARows, M, kBringers> a(job.a, at.run, at.which, at.q, at.m0, thread);
      Right<BRows, N, kBringers> b(job.b, at.run, at.which, at.q, at.n0, thread);
      float v[Deep][Right<BRows, N, kBringers>::kFours][4];
#pragma unroll
      for (int d = 0; B && d < Deep; ++d) {
        if (Split && d * kDepth == job.split)
          b.data = job.b_rest.of_run(at.run);  // slabs are brought in order
        b.load(v[d], d * kDepth);              // behind the end there are zeros
      }
      for (int first = 0; first < slabs; first += Deep) {
#pragma unroll
        for (int d = 0; d < Deep; ++d) {
          const int s = first + d;
          if (s >= slabs) break;
          const unsigned slab = base + turn.stage * kStage;
          await(empty + turn.stage * 8, turn.parity);
          if constexpr (B) {
            b.store(v[d], slab);
            publish();
            arrive(full + turn.stage * 8);
          }
          if constexpr (A) {
            if (Split && s * kDepth == job.split) a.data = job.a_rest.of_run(at.run);
            a.fetch(slab + 2 * kBig, s * kDepth);
            arrive_copied(full + turn.stage * 8);
          }
          if constexpr (B) {
            if (Split && (s + Deep) * kDepth == job.split) b.data = job.b_rest.of_run(at.run);
            if (s + Deep < slabs) b.load(v[d], (s + Deep) * kDepth);
          }
          turn.next();
        }
      }
      if constexpr (Descends && A) {
        await(targets.gone, parity);
        parity ^= 1;
        targets.bring(at.run, at.m0, at.n0, thread, kBringers);
      }
    }
    asm volatile("cp.async.wait_all;" ::: "memory");
  }

  __device__ void multiply(int warp, int lane) const {
    float sums[Parts][kPart / 2], parts[Parts][kPart / 2], raw[4][4];
    unsigned big[4][4], small[4][4];
    Turn<Stages> turn(0);
    [[maybe_unused]] int parity = 0;  // of the barriers of targets
    const auto read = [&] {
      await(full + turn.stage * 8, turn.parity);
      Left<ARows, M, kBringers>::read(base + turn.stage * kStage + 2 * kBig, warp * 16, lane, raw);
    };
    for (unsigned tile = blockIdx.x; tile < tiles; tile += step) {
#pragma unroll
      for (int i = 0; i < Parts * (kPart / 2); ++i) sums[i / (kPart / 2)][i % (kPart / 2)] = 0;
      if (kAhead && slabs > 0) read();
      for (int s = 0; s < slabs; ++s) {
        const unsigned slab = base + turn.stage * kStage, done = empty + turn.stage * 8;
        if constexpr (!kAhead) read();
#pragma unroll
        for (int i = 0; i < 16; ++i) split(raw[i / 4][i % 4], big[i / 4][i % 4], small[i / 4][i % 4]);
#pragma unroll
        for (int i = 0; i < Parts; ++i) {
          pin(parts[i]);
          fence();
          begin_slab(parts[i], big, small, slab + i * kPart * kRow, kBig);
          pin(parts[i]);
        }
        turn.next();
        if (kAhead && s + 1 < slabs) read();
        if constexpr (Parts > 1) {
          static_assert(Parts <= 2);
          await_products<1>();
          add(sums[0], parts[0]);
        }
        await_products<0>();
        if (lane == 0) arrive(done);
        __syncwarp();
        add(sums[Parts - 1], parts[Parts - 1]);
      }
      const Place at(job, tile, M, N);
      if constexpr (Descends) {
        await(targets.come, parity);
        parity ^= 1;
        descend(sums, at, warp, lane);
      } else {
        finish(sums, at, warp, lane);
      }
    }
  }

  // Sums go by way of shared memory, 32 columns at a time, for lines of 128 bytes to be stored.
  __device__ void lay_down(const float (&sums)[Parts][kPart / 2], int part, float* mine, int lane) const {
    __syncwarp();
#pragma unroll
    for (int i = 0; i < 8; ++i) {  // i / 2: eight columns, i % 2: eight rows
      const int k = part * 16 + i * 2;
      const float* two = sums[k / (kPart / 2)] + k % (kPart / 2);
      *reinterpret_cast<float2*>(mine + (i % 2 * 8 + lane / 4) * kStorePitch + i / 2 * 8 + lane % 4 * 2) = {
          two[0], two[1]};
    }
    __syncwarp();
  }
  __device__ static float4 pick_up(const float* mine, int y, int lane) {
    return *reinterpret_cast<const float4*>(mine + y * kStorePitch + lane % 8 * 4);
  }

  __device__ void finish(const float (&sums)[Parts][kPart / 2], const Place& at, int warp, int lane) const {
    float* mine = lines + warp * 16 * kStorePitch;
#pragma unroll
    for (int part = 0; part < N / 32; ++part) {
      lay_down(sums, part, mine, lane);
#pragma unroll 1
      for (int y = lane / 8; y < 16; y += 4) {
        const unsigned m = at.m0 + warp * 16 + y;
        const int row = m < job.m ? job.c.row(m, at.q) : -1;
        if (row >= 0) store(job, pick_up(mine, y, lane), at.run, row, at.n0 + part * 32 + lane % 8 * 4);
      }
    }
  }

  // Likewise, as gradients.
  __device__ void descend(const float (&sums)[Parts][kPart / 2], const Place& at, int warp, int lane) const {
    const Descent& to = job.c.descent;
    const Rule<float> rule = to.rules[at.run];
    float* mine = lines + warp * 16 * kStorePitch;
    const int first = warp * 16 + lane / 8, across = lane % 8 * 4;  // in the tile
    const auto begin = job.c.place(at.run, (at.m0 + first) * job.c.step_row, at.n0 + across);
    Seen seen;
#pragma unroll
    for (int part = 0; part < N / 32; ++part) {
      lay_down(sums, part, mine, lane);
#pragma unroll
      for (int y = 0; y < 16; y += 4)
        if (at.m0 + first + y < job.m && at.n0 + part * 32 + across < job.n)
          targets.take(rule, pick_up(mine, lane / 8 + y, lane), first + y, part * 32 + across,
                       begin + y * job.c.step_row + part * 32, seen);
    }
    __syncwarp();
    if (lane == 0) arrive(targets.gone);
    seen.gather();
    if (lane == 0 && at.m0 + first < job.m)
      to.place(at.run, at.m0 + first, at.n0) = {root(seen.squares), seen.largest};
  }
};

}  // namespace monge::kernels::wide

namespace monge::kernels {

/// A block does M by N, with a group of four warps for each 64 of M, which does N in so many Parts: one is
/// added to the sums while the other is multiplied. `Producers` groups bring slabs, with Bring registers a
/// thread and B for Deep slabs on its way. There are `tiles` of C, of all runs; where they are Many, a block
/// goes from one to another, and has slabs of the next when it stores the one before. Split: the operands
/// have a second piece each. Descends: C is a gradient, and its numbers are updated.
template <int M, int N, int Parts, int Stages, int Producers, int Blocks, int Deep, int Bring, bool Many,
          bool ARows, bool BRows, bool Split = false, bool Descends = false>
__global__ void __launch_bounds__((M / 64 + Producers) * 128, Blocks)
    product_wide(const __grid_constant__ Product job, unsigned tiles) {
  extern __shared__ float4 ring[];
  __shared__ unsigned long long barriers[2 * Stages + 2];
  using Block =
      wide::Work<M, N, Parts, Stages, Producers, Blocks, Deep, Bring, Many, ARows, BRows, Split, Descends>;
  const Block block(job, tiles, ring, barriers);
  block.begin();
  follow();
  if (__shfl_sync(~0U, threadIdx.x / wide::kGroup, 0) >= Block::kConsumers) {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Bring));
    const int thread = threadIdx.x - Block::kConsumers * wide::kGroup;
    if constexpr (!Block::kApart)
      block.template bring<true, true>(thread);
    else if (__shfl_sync(~0U, thread / wide::kGroup, 0) == 0)
      block.template bring<false, true>(thread);
    else
      block.template bring<true, false>(thread - wide::kGroup);
  } else {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(Block::kRegisters));
    block.multiply(__shfl_sync(~0U, threadIdx.x / 32, 0), threadIdx.x % 32);
  }
}

}  // namespace monge::kernels
