// Instructions of Hopper's that product_wide.cu uses: barriers, copies and products that run by themselves.
#pragma once

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
/// So many bytes more must come before the barrier's phase ends.
__device__ inline void expect(unsigned barrier, unsigned bytes) {
  asm volatile("mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(bytes)
               : "memory");
}
/// Copies so many bytes, a multiple of 16, which the barrier expects.
__device__ inline void copy_bulk(unsigned to, const float* from, unsigned bytes, unsigned barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(to),
      "l"(__cvta_generic_to_global(from)), "r"(bytes), "r"(barrier)
      : "memory");
}
__device__ inline void await(unsigned barrier, unsigned parity) {
  asm volatile(
      "{\n.reg .pred done;\nagain:\nmbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra over;\nbra again;\nover:\n}" ::"r"(barrier),
      "r"(parity)
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

}  // namespace monge::kernels::wide
