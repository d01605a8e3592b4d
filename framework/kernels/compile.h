// The jobs compiled for a GPU by NVRTC, CUDA's compiler in a library. Needs no GPU.
#pragma once

#include <string>
#include <vector>

namespace monge::kernels {

struct Compiled {
  std::string image;                 // what the driver loads
  std::vector<std::string> symbols;  // of each of Jobs, in order
  std::string log;                   // warnings
};

/// For `architecture`, such as "sm_90". Throws std::runtime_error where NVRTC is not there or refuses.
Compiled compile(const std::string& architecture);

}  // namespace monge::kernels
