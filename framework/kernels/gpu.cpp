#include "kernels/gpu.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "kernels/compile.h"
#include "kernels/library.h"

namespace monge::kernels {
namespace {

constexpr std::uint32_t kThreads = 256;  // of a block, as each.cu promises
// Of a launch, about: more than fill a GPU twice, but few enough that threads of a large arena have several
// items, among which they share what is computed once a run.
constexpr std::uint32_t kBlocks = 4096;

// Of cuda.h; all handles are pointers.
struct Driver {
  Library library{"libcuda.so.1, NVIDIA's driver,", {"libcuda.so.1"}};
  int (*init)(unsigned) = library["cuInit"];
  int (*error)(int, const char**) = library["cuGetErrorString"];
  int (*device)(int*, int) = library["cuDeviceGet"];
  int (*attribute)(int*, int, int) = library["cuDeviceGetAttribute"];
  int (*retain)(void**, int) = library["cuDevicePrimaryCtxRetain"];
  int (*push)(void*) = library["cuCtxPushCurrent_v2"];
  int (*pop)(void**) = library["cuCtxPopCurrent_v2"];
  int (*load)(void**, const void*) = library["cuModuleLoadData"];
  int (*function)(void**, void*, const char*) = library["cuModuleGetFunction"];
  int (*launch)(void* function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned shared,
                void* stream, void** arguments, void** extra) = library["cuLaunchKernel"];

  // It has been opened already where there are tensors on a GPU, by whoever asked for one.
  Library ours{"monge_cuda.so, which opens LibTorch's CUDA part,", {"monge_cuda.so"}, RTLD_NOW | RTLD_NOLOAD};
  void* (*stream)(int device) = ours["monge_cuda_stream"];

  Driver() { check(init(0)); }

  void check(int status) const {
    const char* text = "an unknown error";
    if (status == 0) return;
    error(status, &text);
    throw std::runtime_error(std::string("CUDA: ") + text);
  }
};

const Driver& driver() {
  static const Driver opened;
  return opened;
}

/// While it lives, the thread's context is a device's, the one that LibTorch uses too.
struct Current {
  explicit Current(void* context) { driver().check(driver().push(context)); }
  ~Current() {
    void* before = nullptr;
    driver().pop(&before);
  }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;
};

/// The jobs on one device, or why they are not there. Never unloaded.
struct Module {
  std::string fault;
  void* context = nullptr;
  std::vector<void*> functions;
};

void load(int device, Module& module) {
  constexpr int kMajor = 75, kMinor = 76;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_...
  const auto& cuda = driver();
  int handle = 0, major = 0, minor = 0;
  cuda.check(cuda.device(&handle, device));
  cuda.check(cuda.attribute(&major, kMajor, handle));
  cuda.check(cuda.attribute(&minor, kMinor, handle));
  cuda.check(cuda.retain(&module.context, handle));
  const auto compiled = compile("sm_" + std::to_string(major) + std::to_string(minor));
  const Current current(module.context);
  void* loaded = nullptr;
  cuda.check(cuda.load(&loaded, compiled.image.data()));
  for (const auto& symbol : compiled.symbols)
    cuda.check(cuda.function(&module.functions.emplace_back(), loaded, symbol.c_str()));
}

const Module& module_of(at::Device device) {
  static std::mutex mutex;
  static std::map<int, Module> modules;
  const std::lock_guard lock(mutex);
  const auto [found, is_new] = modules.try_emplace(device.index());
  auto& module = found->second;
  if (!is_new) return module;
  try {
    load(std::max<int>(device.index(), 0), module);
  } catch (const std::exception& error) {
    module.fault =
        "no fused kernels on " + device.str() + ": " + error.what() + "; runs are trained there one by one";
  }
  return module;
}

}  // namespace

const std::string& why_not(at::Device device) {
  static const std::string nothing, neither = "fused kernels run on a CPU or an NVIDIA GPU";
  if (device.is_cpu()) return nothing;
  return device.is_cuda() ? module_of(device).fault : neither;
}

void launch(at::Device device, std::size_t place, const void* job, std::uint32_t runs, std::uint32_t items) {
  if (!available(device)) throw std::runtime_error(why_not(device));
  const auto& module = module_of(device);
  const auto wanted = (items + kThreads - 1) / kThreads;
  const auto blocks = std::min(wanted, std::max(kBlocks / runs, 1U));
  void* arguments[] = {const_cast<void*>(job), &items};
  const Current current(module.context);
  driver().check(driver().launch(module.functions[place], runs, blocks, 1, kThreads, 1, 1, 0,
                                 driver().stream(device.index()), arguments, nullptr));
}

}  // namespace monge::kernels
