// What NVRTC compiles: every job as a kernel. Blocks along x are runs; along y and in a block lie a run's items.
#include "kernels/activation_job.h"
#include "kernels/columns_job.h"
#include "kernels/draws_job.h"
#include "kernels/gather_job.h"
#include "kernels/optimise_job.h"
#include "kernels/patches_job.h"
#include "kernels/thin_job.h"

template <class Job>
__global__ void __launch_bounds__(256) each(const Job job, const unsigned items) {
  const auto work = job.of_run(blockIdx.x);
  for (unsigned i = blockIdx.y * blockDim.x + threadIdx.x; i < items; i += gridDim.y * blockDim.x) work(i);
}

/// Every kLanes'th row of `begin` to `end`, with as many on the way as hide the memory's latency.
template <class Work, class Sums>
__device__ void add_rows(const Work& work, unsigned begin, unsigned end, unsigned column, bool by_fours, Sums& sums) {
  using monge::kernels::kLanes;
  using Row = decltype(work.row(begin, column, by_fours));
  constexpr unsigned kAtOnce = sizeof(Row) > 32 ? 4 : 8;
  unsigned r = begin;
  for (; r + (kAtOnce - 1) * kLanes < end; r += kAtOnce * kLanes) {
    Row rows[kAtOnce];
#pragma unroll
    for (unsigned i = 0; i < kAtOnce; ++i) rows[i] = work.row(r + i * kLanes, column, by_fours);
#pragma unroll
    for (unsigned i = 0; i < kAtOnce; ++i) work.add(rows[i], sums);
  }
  for (; r < end; r += kLanes) work.add(work.row(r, column, by_fours), sums);
}

/// Sums of columns. Blocks along y have columns, along z chunks.
template <class Job>
__global__ void __launch_bounds__(256) columns(const Job job) {
  using namespace monge::kernels;
  using T = typename Job::Number;
  __shared__ __align__(4 * sizeof(T)) T lanes[kLanes][kWidth];
  const auto work = job.of_run(blockIdx.x);
  const unsigned lane = threadIdx.x / (kWidth / 4), within = threadIdx.x % (kWidth / 4) * 4;
  const unsigned first = blockIdx.y * kWidth, chunk = blockIdx.z;
  const unsigned begin = job.chunks.begin(chunk) + lane, end = job.chunks.end(chunk);
  Four<T> sums[Job::kSums] = {};
  if (first + within < job.columns()) {
    if (job.by_fours(first + within))
      add_rows(work, begin, end, first + within, true, sums);
    else
      add_rows(work, begin, end, first + within, false, sums);
  }
#pragma unroll
  for (unsigned j = 0; j < Job::kSums; ++j) {
    Four<T>::at(&lanes[lane][within]) = sums[j];
    __syncthreads();
    if (threadIdx.x < kWidth && first + threadIdx.x < job.columns()) {
      T sum = 0;
      for (unsigned i = 0; i < kLanes; ++i) sum += lanes[i][threadIdx.x];
      work.keep(sum, chunk, j, first + threadIdx.x);
    }
    __syncthreads();
  }
}
