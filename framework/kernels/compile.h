// Kernels compiled for a GPU by NVRTC, CUDA's compiler in a library. Needs no GPU.
#pragma once

#include <string>
#include <vector>

namespace monge::kernels {

struct Compiled {
  std::string image;                 // what the driver loads
  std::vector<std::string> symbols;  // of each kernel, in order
  std::string log;                   // warnings
};

/// Jobs for `architecture`, such as "sm_90". Throws std::runtime_error where NVRTC is not there or refuses.
Compiled compile(const std::string& architecture);

/// One kernel of product.cu or product_wide.cu, as product_plan.h names it.
Compiled compile_product(const std::string& architecture, const std::string& kernel);

}  // namespace monge::kernels
