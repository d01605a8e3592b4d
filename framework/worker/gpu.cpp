#include "worker/gpu.h"

#include <dlfcn.h>

#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>
#include <exception>
#include <nlohmann/json.hpp>

namespace monge::worker {
namespace {

namespace dll = boost::dll;

Gpu opened_gpu() {
  Gpu gpu;
  const auto beside = dll::program_location().parent_path();
  const auto installed = beside.parent_path() / "lib" / "monge";
  for (const auto& path : {beside / "monge_cuda.so", installed / "monge_cuda.so"}) {
    if (!boost::filesystem::exists(path)) continue;
    if (dlopen("libcuda.so.1", RTLD_LAZY) == nullptr) {  // LibTorch's CUDA part is 0.3 s and 250 MB
      gpu.fault = "no NVIDIA driver";
      return gpu;
    }
    try {
      // Never closed; static, so that it is no leak.
      static const auto* library = new dll::shared_library(path, dll::load_mode::rtld_now);
      const auto answer = nlohmann::json::parse(library->get<const char*()>("monge_cuda_describe")());
      gpu.names = answer.at("names").get<std::vector<std::string>>();
      gpu.devices = static_cast<int>(gpu.names.size());
      gpu.driver = answer.value("driver", "");
      gpu.fault = answer.value("fault", "");
    } catch (const std::exception& error) {
      gpu.fault = error.what();
    }
    return gpu;
  }
  gpu.fault = "this build has no monge_cuda.so";
  return gpu;
}

}  // namespace

const Gpu& open_gpu() {
  static const Gpu gpu = opened_gpu();
  return gpu;
}

}  // namespace monge::worker
