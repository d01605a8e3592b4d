// What NVRTC compiles: every job as a kernel. Blocks along x are runs; along y and in a block lie a run's items.
#include "kernels/activation_job.h"
#include "kernels/columns_job.h"
#include "kernels/draws_job.h"
#include "kernels/follow.cuh"
#include "kernels/gather_job.h"
#include "kernels/norm_back_job.h"
#include "kernels/norm_job.h"
#include "kernels/optimise_job.h"
#include "kernels/patches_job.h"
#include "kernels/thin_job.h"

template <class Job>
__global__ void __launch_bounds__(256) each(const Job job, const unsigned items) {
  monge::kernels::follow();
  const auto work = job.of_run(blockIdx.x);
  for (unsigned i = blockIdx.y * blockDim.x + threadIdx.x; i < items; i += gridDim.y * blockDim.x) work(i);
}

/// Every kLanes'th row of `begin` to `end`, with as many on the way as hide the memory's latency.
template <class Work, class Add>
__device__ void add_rows(const Work& work, unsigned begin, unsigned end, unsigned column, bool by_fours,
                         const Add& add) {
  using monge::kernels::kLanes;
  using Row = decltype(work.row(begin, column, by_fours));
  constexpr unsigned kAtOnce = sizeof(Row) > 32 ? 4 : 8;
  unsigned r = begin;
  for (; r + (kAtOnce - 1) * kLanes < end; r += kAtOnce * kLanes) {
    Row rows[kAtOnce];
#pragma unroll
    for (unsigned i = 0; i < kAtOnce; ++i) rows[i] = work.row(r + i * kLanes, column, by_fours);
#pragma unroll
    for (unsigned i = 0; i < kAtOnce; ++i) add(rows[i]);
  }
  for (; r < end; r += kLanes) add(work.row(r, column, by_fours));
}

/// Sums of columns. Blocks along y have columns, along z chunks.
template <class Job>
__global__ void __launch_bounds__(256) columns(const Job job) {
  using namespace monge::kernels;
  using T = typename Job::Number;
  __shared__ __align__(4 * sizeof(T)) T lanes[kLanes][kWidth];
  follow();
  const auto work = job.of_run(blockIdx.x);
  const unsigned lane = threadIdx.x / (kWidth / 4), within = threadIdx.x % (kWidth / 4) * 4;
  const unsigned first = blockIdx.y * kWidth, column = first + within, chunk = blockIdx.z;
  const unsigned begin = job.chunks.begin(chunk) + lane, end = job.chunks.end(chunk);
  Four<T> before = {};
#pragma unroll
  for (unsigned pass = 0; pass < Job::kPasses; ++pass) {
    Four<T> sums[Job::kSums] = {};
    const auto add = [&](const auto& row) { work.add(pass, row, before, sums); };
    if (column < job.columns()) {
      if (job.by_fours(column))
        add_rows(work, begin, end, column, true, add);
      else
        add_rows(work, begin, end, column, false, add);
    }
#pragma unroll
    for (unsigned j = 0; j < Job::kSums; ++j) {
      Four<T>::at(&lanes[lane][within]) = sums[j];
      __syncthreads();
      if (threadIdx.x < kWidth && first + threadIdx.x < job.columns()) {
        T sum = 0;
        for (unsigned i = 0; i < kLanes; ++i) sum += lanes[i][threadIdx.x];
        sum = work.keep(sum, chunk, pass, j, first + threadIdx.x);
        if (j == 0) lanes[0][threadIdx.x] = sum;  // nobody else reads this column now
      }
      __syncthreads();
      if (j == 0 && pass + 1 < Job::kPasses) {
        before = Four<T>::at(&lanes[0][within]);
        __syncthreads();
      }
    }
  }
}
