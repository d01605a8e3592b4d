// The CUDA part, a library of ours beside the worker, opened only when a GPU is asked for: it is what links
// libtorch_cuda, so that a worker on a CPU starts without it.
#pragma once

#include <string>
#include <vector>

namespace monge::worker {

struct Gpu {
  int devices = 0;
  std::vector<std::string> names;
  std::string driver;  // "13.0", empty without one
  std::string fault;   // why there is none
};

/// Opens monge_cuda.so once; never throws.
const Gpu& open_gpu();

}  // namespace monge::worker
