#include <malloc.h>

#include <cstddef>

#include "conform/function.h"

#if defined(__SANITIZE_ADDRESS__)
// Of <sanitizer/allocator_interface.h>, which g++ does not bring.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT: the sanitizer's name
#endif

namespace monge::conform {
namespace {

constexpr int kWarmUp = 40, kCalls = 400;
constexpr std::size_t kPerCall = 32;  // bytes; a tensor that is kept costs several hundred

// Asked for and not given back: tensors and everything else of this process.
std::size_t bytes_in_use() {
#if defined(__SANITIZE_ADDRESS__)
  return __sanitizer_get_current_allocated_bytes();
#else
  const auto now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
#endif
}

}  // namespace

std::string keeps_memory(const Functions& functions) {
  for (const auto& function : functions) {
    const Tensors inputs = function.inputs(1);
    const auto call = [&](int times) {
      for (int i = 0; i < times; ++i) {
        auto draw = draws(1);
        function.call(inputs, draw);
      }
      return bytes_in_use();
    };
    const std::size_t before = call(kWarmUp), after = call(kCalls);
    if (after > before + kCalls * kPerCall) {
      return function.name + "() keeps " + std::to_string((after - before) / kCalls) +
             " bytes more with every call";
    }
  }
  return "";
}

}  // namespace monge::conform
