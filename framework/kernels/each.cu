// What NVRTC compiles: every job as a kernel. Blocks along x are runs; along y and in a block lie a run's items.
#include "kernels/activation_job.h"
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
