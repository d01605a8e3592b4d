// monge_cuda.so: links libtorch_cuda, whose loading registers the device, says which GPUs there are, and on
// which stream LibTorch launches.
// Names and driver come from the driver itself, so that no CUDA header is needed to build this.
#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::json;

// The driver's own interface, from libcuda.so.1: stable C functions since CUDA 2.
struct Driver {
  void* library = dlopen("libcuda.so.1", RTLD_NOW);
  int (*init)(unsigned) = function<int (*)(unsigned)>("cuInit");
  int (*version)(int*) = function<int (*)(int*)>("cuDriverGetVersion");
  int (*name)(char*, int, int) = function<int (*)(char*, int, int)>("cuDeviceGetName");

  template <class F>
  F function(const char* symbol) const {
    return library == nullptr ? nullptr : reinterpret_cast<F>(dlsym(library, symbol));
  }
};

Json describe() {
  Json answer = {{"names", Json::array()}, {"driver", ""}, {"fault", ""}};
  const Driver driver;
  if (driver.init == nullptr || driver.init(0) != 0) {
    answer["fault"] = "no NVIDIA driver that works";
    return answer;
  }
  if (int version = 0; driver.version(&version) == 0) {
    answer["driver"] = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
  }
  const int count = at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
  for (int device = 0; device < count; ++device) {
    char name[256] = "";
    driver.name(name, sizeof name, device);
    answer["names"].push_back(name);
  }
  if (count == 0) answer["fault"] = "LibTorch finds no GPU that it can use";
  return answer;
}

}  // namespace

/// JSON: {"names": [...], "driver": "13.0", "fault": ""}. Never throws; the text lives as long as the
/// process.
extern "C" __attribute__((visibility("default"))) const char* monge_cuda_describe() {
  static std::string text;
  try {
    text = describe().dump();
  } catch (const std::exception& error) {
    text = Json{{"names", Json::array()}, {"fault", error.what()}}.dump();
  }
  return text.c_str();
}

/// The stream on which LibTorch launches in this thread, a cudaStream_t.
extern "C" __attribute__((visibility("default"))) void* monge_cuda_stream(int device) {
  const at::Device gpu(at::kCUDA, static_cast<at::DeviceIndex>(device));
  return c10::impl::getDeviceGuardImpl(at::kCUDA)->getStream(gpu).native_handle();
}
