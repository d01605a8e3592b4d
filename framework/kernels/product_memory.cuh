// How product.cu and product_wide.cu read operands and write results.
#pragma once

#include "kernels/product_job.h"

namespace monge::kernels {

__device__ inline void copy_async(unsigned to, const float* from, bool there, bool wide) {
  if (wide)  // what is not there is filled with zeros
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(there ? 16 : 0)
                 : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(to), "l"(from), "r"(there ? 4 : 0)
                 : "memory");
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
  const auto at = c.place(run, row, n);
  float4 old = {0, 0, 0, 0}, added = {0, 0, 0, 0}, open = {1, 1, 1, 1};
  if (c.accumulate) old = *reinterpret_cast<const float4*>(c.data + at);
  if (c.bias != nullptr) added = *reinterpret_cast<const float4*>(c.bias + (run * c.bias_run_stride + n));
  if (c.mask != nullptr) open = *reinterpret_cast<const float4*>(c.mask + at);
  *reinterpret_cast<float4*>(c.data + at) = {
      c.finish(v.x, old.x, added.x, open.x), c.finish(v.y, old.y, added.y, open.y),
      c.finish(v.z, old.z, added.z, open.z), c.finish(v.w, old.w, added.w, open.w)};
}

}  // namespace monge::kernels
