// The order of kernels on a stream: each is launched while the one before still runs (gpu.cpp, programmatic
// dependent launch), and waits here until that one's results are in memory.
#pragma once

namespace monge::kernels {

/// Before anything that another kernel may have written is read, and anything that it may read is written.
__device__ inline void follow() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");  // the next may come, to wait in its turn
#endif
}

}  // namespace monge::kernels
