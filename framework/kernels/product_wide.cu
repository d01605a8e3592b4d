// The products of product.cu with the tensor cores of Hopper (sm_90a), which a group of four warps tells what
// to multiply by what in shared memory. Some groups bring slabs, 32 deep, others multiply them. As there,
// each float is the sum of a big and a small tf32, no atomics, one order of summation.
#include "kernels/product_job.h"

namespace monge::kernels::wide {

constexpr int kDepth = 32;        // of a slab
constexpr int kRow = kDepth * 4;  // bytes, as long as the swizzle goes
constexpr int kGroup = 128;       // threads

__device__ inline unsigned address(const void* p) {
  return static_cast<unsigned>(__cvta_generic_to_shared(p));
}

__device__ inline void init(unsigned barrier, unsigned count) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(count) : "memory");
}
__device__ inline void arrive(unsigned barrier) {
  asm volatile("{\n.reg .b64 state;\nmbarrier.arrive.shared::cta.b64 state, [%0];\n}" ::"r"(barrier)
               : "memory");
}
/// Arrives when what this thread copies asynchronously has come.
__device__ inline void arrive_copied(unsigned barrier) {
  asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(barrier) : "memory");
}
__device__ inline void await(unsigned barrier, unsigned parity) {
  asm volatile(
      "{\n.reg .pred done;\nagain:\nmbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra over;\nbra again;\nover:\n}" ::"r"(barrier),
      "r"(parity)
      : "memory");
}

__device__ inline void copy_async(unsigned to, const float* from, bool there, bool wide) {
  if (wide)  // what is not there is filled with zeros
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(there ? 16 : 0)
                 : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(to), "l"(from), "r"(there ? 4 : 0)
                 : "memory");
}
__device__ inline void put(unsigned to, const unsigned (&v)[4]) {
  asm volatile("st.shared.v4.b32 [%0], {%1,%2,%3,%4};" ::"r"(to), "r"(v[0]), "r"(v[1]), "r"(v[2]), "r"(v[3])
               : "memory");
}
__device__ inline float get(unsigned from) {
  float v;
  asm volatile("ld.shared.f32 %0, [%1];" : "=f"(v) : "r"(from) : "memory");
  return v;
}
/// What was stored in shared memory is there for the tensor cores too.
__device__ inline void publish() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

/// x to 22 bits. Big is rounded, for products of small with small to have either sign and cancel out.
__device__ inline void split(float x, unsigned& big, unsigned& small) {
  big = (__float_as_uint(x) + 0x1000) & 0xFFFFE000;
  small = __float_as_uint(x - __uint_as_float(big));  // of which tensor cores read the upper 19 bits
}

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

__device__ inline void fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ inline void commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
template <int Pending>
__device__ inline void await_products() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
}
/// Nothing that is done to them moves across this.
template <int N>
__device__ inline void pin(float (&x)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) asm volatile("" : "+f"(x[i])::"memory");
}

#define MONGE_4(d, i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define MONGE_16(d, i) MONGE_4(d, i), MONGE_4(d, i + 4), MONGE_4(d, i + 8), MONGE_4(d, i + 12)

/// 64 rows of A, in registers, by 64 or 128 rows of B, 8 deep; added to c if `add`. In c[4j + 2h + e] a lane
/// has row lane / 4 + 8h of the warp's 16 and column 8j + lane % 4 * 2 + e.
__device__ inline void multiply(float (&c)[32], const unsigned (&a)[4], unsigned long long b, int add) {
  asm volatile(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %37, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n64k8.f32.tf32.tf32 "
      "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%"
      "27,"
      "%28,%29,%30,%31}, {%32,%33,%34,%35}, %36, add, 1, 1;\n}"
      : MONGE_16(c, 0), MONGE_16(c, 16)
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(add));
}
__device__ inline void multiply(float (&c)[64], const unsigned (&a)[4], unsigned long long b, int add) {
  asm volatile(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %69, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n128k8.f32.tf32.tf32 "
      "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%"
      "27,"
      "%28,%29,%30,%31,%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,%48,%49,%50,%51,%52,%"
      "53,"
      "%54,%55,%56,%57,%58,%59,%60,%61,%62,%63}, {%64,%65,%66,%67}, %68, add, 1, 1;\n}"
      : MONGE_16(c, 0), MONGE_16(c, 16), MONGE_16(c, 32), MONGE_16(c, 48)
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(add));
}

#undef MONGE_4
#undef MONGE_16

/// How tensor cores find B: rows of 128 bytes, swizzled, and groups of eight of them one after the other.
__device__ inline unsigned long long descriptor(unsigned at) {
  return 1ULL << 62 | static_cast<unsigned long long>(8 * kRow >> 4) << 32 | 1ULL << 16 | (at & 0x3FFFF) >> 4;
}

/// Begins part = a's 64 rows by some rows of B, which lie `small` bytes before their smalls; what is small
/// first.
template <int N>
__device__ inline void begin_slab(float (&part)[N], const unsigned (&big)[4][4],
                                  const unsigned (&small)[4][4], unsigned slab, unsigned smalls) {
  const unsigned long long b = descriptor(slab), c = descriptor(slab + smalls);
#pragma unroll
  for (int k = 0; k < 4; ++k) multiply(part, small[k], b + k * 2, k != 0);
#pragma unroll
  for (int k = 0; k < 4; ++k) multiply(part, big[k], c + k * 2, 1);
#pragma unroll
  for (int k = 0; k < 4; ++k) multiply(part, big[k], b + k * 2, 1);
  commit();
}

template <int N>
__device__ inline void add(float (&sums)[N], float (&part)[N]) {
  pin(part);
#pragma unroll
  for (int i = 0; i < N; ++i) sums[i] += part[i];
}

/// Four sums, of row `row` and of n and those after it.
__device__ inline void store(const Product& job, const float4& v, unsigned run, int row, unsigned n) {
  const Output& c = job.c;
  if (!c.wide) {
    const float all[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
    for (unsigned j = 0; j < 4; ++j)
      if (n + j < job.n) c.store(all[j], run, row, n + j);
    return;
  }
  if (n >= job.n) return;
  const auto at = run * c.run_stride + row + n;
  float4 old = {0, 0, 0, 0}, added = {0, 0, 0, 0}, open = {1, 1, 1, 1};
  if (c.accumulate) old = *reinterpret_cast<const float4*>(c.data + at);
  if (c.bias != nullptr) added = *reinterpret_cast<const float4*>(c.bias + (run * c.bias_run_stride + n));
  if (c.mask != nullptr) open = *reinterpret_cast<const float4*>(c.mask + at);
  *reinterpret_cast<float4*>(c.data + at) = {
      c.finish(v.x, old.x, added.x, open.x), c.finish(v.y, old.y, added.y, open.y),
      c.finish(v.z, old.z, added.z, open.z), c.finish(v.w, old.w, added.w, open.w)};
}

/// How many registers those have who multiply, if those who bring have `bring`.
constexpr int registers(int consumers, int producers, int blocks, int bring) {
  const int all = 65536 / ((consumers + producers) * blocks * kGroup) / 8 * 8 * (consumers + producers);
  return (all - bring * producers) / consumers / 8 * 8;
}

}  // namespace monge::kernels::wide

namespace monge::kernels {

/// A block does M by N, with a group of four warps for each 64 of M, which does N in so many Parts: one is
/// added to the sums while the other is multiplied. `Producers` groups bring slabs, with Bring registers a
/// thread and B for Deep slabs on its way. Blocks: n along x, m along y, the classes of each run along z.
template <int M, int N, int Parts, int Stages, int Producers, int Blocks, int Deep, int Bring, bool ARows,
          bool BRows>
__global__ void __launch_bounds__((M / 64 + Producers) * 128, Blocks)
    product_wide(const __grid_constant__ Product job) {
  using namespace wide;
  constexpr int kConsumers = M / 64, kThreads = Producers * kGroup, kPart = N / Parts;
  constexpr int kBig = N * kRow, kStage = 2 * kBig + M * kRow;  // bytes: big and small B, A
  constexpr int kPitch = N + 8;                                 // of C in shared memory
  static_assert(M * kPitch * 4 <= Stages * kStage, "C goes through the memory of the stages");
  extern __shared__ float4 ring[];
  __shared__ unsigned long long barriers[2 * Stages];

  const unsigned full = address(barriers), empty = full + Stages * 8;
  const unsigned base = (address(ring) + 1023) & ~1023U;  // as swizzles begin
  if (threadIdx.x == 0) {
    for (int i = 0; i < Stages; ++i) {
      init(full + i * 8, 2 * kThreads);
      init(empty + i * 8, kConsumers * 4);
    }
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  __syncthreads();

  const unsigned run = blockIdx.z / job.classes(), which = blockIdx.z % job.classes();
  const Class q = {static_cast<int>(which) / job.c.fold, static_cast<int>(which) % job.c.fold};
  const int m0 = blockIdx.y * M, n0 = blockIdx.x * N;
  const int slabs = (static_cast<int>(job.p) + kDepth - 1) / kDepth;
  const int group = __shfl_sync(~0U, threadIdx.x / kGroup, 0);

  if (group >= kConsumers) {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Bring));
    const int thread = threadIdx.x - kConsumers * kGroup;
    const Left<ARows, M, kThreads> a(job.a, run, which, q, m0, thread);
    const Right<BRows, N, kThreads> b(job.b, run, which, q, n0, thread);
    float v[Deep][Right<BRows, N, kThreads>::kFours][4];
#pragma unroll
    for (int d = 0; d < Deep; ++d) b.load(v[d], d * kDepth);  // behind the end there are zeros
    for (int first = 0, stage = 0, parity = 1; first < slabs; first += Deep) {
#pragma unroll
      for (int d = 0; d < Deep; ++d) {
        const int s = first + d;
        if (s >= slabs) break;
        const unsigned slab = base + stage * kStage;
        await(empty + stage * 8, parity);
        b.store(v[d], slab);
        publish();
        arrive(full + stage * 8);
        a.fetch(slab + 2 * kBig, s * kDepth);
        arrive_copied(full + stage * 8);
        if (s + Deep < slabs) b.load(v[d], (s + Deep) * kDepth);
        if (++stage == Stages) {
          stage = 0;
          parity ^= 1;
        }
      }
    }
    asm volatile("cp.async.wait_all;" ::: "memory");
    return;
  }

  constexpr int kRegisters = registers(kConsumers, Producers, Blocks, Bring);
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kRegisters));
  const int warp = __shfl_sync(~0U, threadIdx.x / 32, 0), lane = threadIdx.x % 32;
  float sums[Parts][kPart / 2] = {}, parts[Parts][kPart / 2], raw[4][4];
  unsigned big[4][4], small[4][4];
  const auto read = [&](int stage, int parity) {
    await(full + stage * 8, parity);
    Left<ARows, M, kThreads>::read(base + stage * kStage + 2 * kBig, warp * 16, lane, raw);
  };
  constexpr bool kAhead = kRegisters >= N + 56;  // A is read for a slab during the one before
  if (kAhead && slabs > 0) read(0, 0);
  for (int s = 0, stage = 0, parity = 0; s < slabs; ++s) {
    const unsigned slab = base + stage * kStage, done = empty + stage * 8;
    if constexpr (!kAhead) read(stage, parity);
#pragma unroll
    for (int i = 0; i < 16; ++i) split(raw[i / 4][i % 4], big[i / 4][i % 4], small[i / 4][i % 4]);
#pragma unroll
    for (int i = 0; i < Parts; ++i) {
      pin(parts[i]);
      fence();
      begin_slab(parts[i], big, small, slab + i * kPart * kRow, kBig);
      pin(parts[i]);
    }
    if (++stage == Stages) {
      stage = 0;
      parity ^= 1;
    }
    if (kAhead && s + 1 < slabs) read(stage, parity);
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

  // By way of shared memory, for whole rows to be stored, by a loop of little code.
  asm volatile("bar.sync 1, %0;" ::"n"(kConsumers * kGroup) : "memory");
  const unsigned skip = (base - address(ring)) / 16;
  float* mine = reinterpret_cast<float*>(ring + skip) + warp * 16 * kPitch;
#pragma unroll
  for (int i = 0; i < N / 4; ++i) {  // i / 2: eight columns, i % 2: eight rows
    const float* two = sums[i * 2 / (kPart / 2)] + i * 2 % (kPart / 2);
    *reinterpret_cast<float2*>(mine + (i % 2 * 8 + lane / 4) * kPitch + i / 2 * 8 + lane % 4 * 2) = {two[0],
                                                                                                     two[1]};
  }
  __syncwarp();
  constexpr int kFours = N / 4;
#pragma unroll 2
  for (int i = lane; i < 16 * kFours; i += 32) {
    const int y = i / kFours, x = i % kFours * 4;
    const unsigned m = m0 + warp * 16 + y;
    const int row = m < job.m ? job.c.row(m, q) : -1;
    const float4 four = *reinterpret_cast<const float4*>(mine + y * kPitch + x);
    if (row >= 0) store(job, four, run, row, n0 + x);
  }
}

}  // namespace monge::kernels
