// For tests of a GPU: is there one?
#pragma once

#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <filesystem>

#include "kernels/gpu.h"

namespace monge::test {

inline const at::Device kGpu(at::kCUDA, 0);

/// Opens LibTorch's CUDA part, as the worker does: beside the program, or where it is installed.
inline bool has_gpu() {
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  if (dlopen("libcuda.so.1", RTLD_LAZY) != nullptr) {
    for (const auto& folder : {beside, beside / "../lib/monge"})
      if (dlopen((folder / "monge_cuda.so").c_str(), RTLD_NOW) != nullptr) break;
  }
  if (at::hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0) {
    REQUIRE_MESSAGE(monge::kernels::available(kGpu), monge::kernels::why_not(kGpu));
    return true;
  }
  MESSAGE("no GPU here: nothing was compared");
  return false;
}

}  // namespace monge::test
