#include "kernels/gpu.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "kernels/compile.h"
#include "kernels/jobs.h"
#include "kernels/library.h"

namespace monge::kernels {
namespace {

constexpr std::uint32_t kThreads = 256;  // of a block, as each.cu promises
static_assert(kThreads == kLanes * kWidth / 4);
// Of a launch, about: more than fill a GPU twice, but few enough that threads of a large arena have several
// items, among which they share what is computed once a run.
constexpr std::uint32_t kBlocks = 4096;

// Of cuda.h, as all of the driver; handles are pointers.
struct Attribute {
  static constexpr int kProgrammaticSerialization = 6;  // CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_...
  alignas(8) int id;
  alignas(8) int value[16];
};

struct Launch {
  unsigned grid[3], block[3], shared;
  void* stream;
  const Attribute* attributes;
  unsigned count;
};

struct Driver {
  Library library{"libcuda.so.1, NVIDIA's driver,", {"libcuda.so.1"}};
  int (*init)(unsigned) = library["cuInit"];
  int (*error)(int, const char**) = library["cuGetErrorString"];
  int (*device)(int*, int) = library["cuDeviceGet"];
  int (*attribute)(int*, int, int) = library["cuDeviceGetAttribute"];
  int (*memory)(std::size_t*, int) = library["cuDeviceTotalMem_v2"];
  int (*retain)(void**, int) = library["cuDevicePrimaryCtxRetain"];
  int (*push)(void*) = library["cuCtxPushCurrent_v2"];
  int (*pop)(void**) = library["cuCtxPopCurrent_v2"];
  int (*load)(void**, const void*) = library["cuModuleLoadData"];
  int (*function)(void**, void*, const char*) = library["cuModuleGetFunction"];
  int (*set)(void* function, int, int) = library["cuFuncSetAttribute"];
  int (*launch)(const Launch*, void* function, void** arguments, void** extra) = library["cuLaunchKernelEx"];

  // It has been opened already where there are tensors on a GPU, by whoever asked for one.
  Library ours{"monge_cuda.so, which opens LibTorch's CUDA part,", {"monge_cuda.so"}, RTLD_NOW | RTLD_NOLOAD};
  void* (*stream)(int device) = ours["monge_cuda_stream"];

  Driver() { check(init(0)); }

  void check(int status) const {
    const char* text = "an unknown error";
    if (status == 0) return;
    error(status, &text);
    const std::string said = std::string("CUDA: ") + text;
    constexpr int kOutOfMemory = 2;  // CUDA_ERROR_OUT_OF_MEMORY
    if (status == kOutOfMemory)
      C10_THROW_ERROR(OutOfMemoryError, said);  // as LibTorch's own: a pack is split
    throw std::runtime_error(said);
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
  std::string fault, architecture;
  int capability = 0, multiprocessors = 0;
  std::size_t memory = 0;
  void* context = nullptr;
  std::vector<void*> functions;                   // of Jobs, then of ColumnJobs
  mutable std::map<std::string, void*> products;  // compiled so far
};

void load(int device, Module& module) {
  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_..., CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
  constexpr int kMajor = 75, kMinor = 76, kMultiprocessors = 16;
  const auto& cuda = driver();
  int handle = 0, major = 0, minor = 0;
  cuda.check(cuda.device(&handle, device));
  cuda.check(cuda.attribute(&major, kMajor, handle));
  cuda.check(cuda.attribute(&minor, kMinor, handle));
  cuda.check(cuda.attribute(&module.multiprocessors, kMultiprocessors, handle));
  cuda.check(cuda.memory(&module.memory, handle));
  cuda.check(cuda.retain(&module.context, handle));
  module.capability = 10 * major + minor;
  module.architecture = "sm_" + std::to_string(module.capability);
  const auto compiled = compile(module.architecture);
  const Current current(module.context);
  void* loaded = nullptr;
  cuda.check(cuda.load(&loaded, compiled.image.data()));
  for (const auto& symbol : compiled.symbols)
    cuda.check(cuda.function(&module.functions.emplace_back(), loaded, symbol.c_str()));
}

std::mutex& all_modules() {
  static std::mutex mutex;
  return mutex;
}

void* product_of(const Module& module, const Plan& plan) {
  constexpr int kMaxShared = 8;  // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
  const std::lock_guard lock(all_modules());
  const auto found = module.products.find(plan.kernel);
  if (found != module.products.end()) return found->second;
  const auto compiled = compile_product(module.architecture, plan.kernel);
  const Current current(module.context);
  void *loaded = nullptr, *function = nullptr;
  driver().check(driver().load(&loaded, compiled.image.data()));
  driver().check(driver().function(&function, loaded, compiled.symbols.front().c_str()));
  driver().check(driver().set(function, kMaxShared, static_cast<int>(plan.shared)));
  return module.products[plan.kernel] = function;
}

const Module& module_of(at::Device device) {
  static std::map<int, Module> modules;
  const std::lock_guard lock(all_modules());
  const auto [found, is_new] = modules.try_emplace(device.index());
  auto& module = found->second;
  if (!is_new) return module;
  try {
    load(std::max<int>(device.index(), 0), module);
  } catch (const c10::OutOfMemoryError&) {  // there may be room another time
    modules.erase(found);
    throw;
  } catch (const std::exception& error) {
    module.fault =
        "no fused kernels on " + device.str() + ": " + error.what() + "; runs are trained there one by one";
  }
  return module;
}

struct Grid {
  std::uint32_t x, y, z;
};

// Throws std::runtime_error where there are no kernels.
const Module& usable(at::Device device) {
  if (!available(device)) throw std::runtime_error(why_not(device));
  return module_of(device);
}

void launch(at::Device device, void* function, const Grid& grid, std::uint32_t threads, std::uint32_t shared,
            void** arguments) {
  // The next kernel of ours is launched while this one runs; it waits by itself (follow.cuh).
  constexpr Attribute kEarly = {Attribute::kProgrammaticSerialization, {1}};
  const Module& module = module_of(device);
  const Launch how = {{grid.x, grid.y, grid.z},        {threads, 1, 1}, shared,
                      driver().stream(device.index()), &kEarly,         module.capability >= 90 ? 1U : 0U};
  const Current current(module.context);
  driver().check(driver().launch(&how, function, arguments, nullptr));
}

void launch(at::Device device, std::size_t function, const Grid& grid, void** arguments) {
  launch(device, usable(device).functions[function], grid, kThreads, 0, arguments);
}

}  // namespace

const std::string& why_not(at::Device device) {
  static const std::string nothing, neither = "fused kernels run on a CPU or an NVIDIA GPU";
  if (device.is_cpu()) return nothing;
  return device.is_cuda() ? module_of(device).fault : neither;
}

void launch(at::Device device, std::size_t place, const void* job, std::uint32_t runs, std::uint32_t items) {
  const auto wanted = (items + kThreads - 1) / kThreads;
  void* arguments[] = {const_cast<void*>(job), &items};
  launch(device, place, {runs, std::min(wanted, std::max(kBlocks / runs, 1U)), 1}, arguments);
}

void launch_columns(at::Device device, std::size_t place, const void* job, std::uint32_t runs,
                    std::uint32_t columns, std::uint32_t chunks) {
  void* arguments[] = {const_cast<void*>(job)};
  launch(device, Jobs::size + place, {runs, (columns + kWidth - 1) / kWidth, chunks}, arguments);
}

bool can_multiply(at::Device device) { return available(device) && module_of(device).capability >= 80; }

int multiprocessors(at::Device device) { return module_of(device).multiprocessors; }

std::int64_t memory_of(at::Device device) {
  return device.is_cuda() && available(device) ? static_cast<std::int64_t>(module_of(device).memory) : 0;
}

bool is_hopper(at::Device device) { return module_of(device).capability == 90; }

void launch(at::Device device, const Plan& plan, const Product& job) {
  std::uint32_t tiles = plan.tiles;
  void* arguments[] = {const_cast<Product*>(&job), &tiles};  // of which product.cu takes the first alone
  launch(device, product_of(usable(device), plan), {plan.grid[0], plan.grid[1], plan.grid[2]}, plan.threads,
         plan.shared, arguments);
}

}  // namespace monge::kernels
