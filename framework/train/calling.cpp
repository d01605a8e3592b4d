#include "train/calling.h"

#include <cstdio>
#include <cstdlib>
#include <new>

namespace monge::train {
namespace {

// LibTorch says how much of the host's memory was wanted, in the middle of its own file names.
std::string lack_of(const std::string& words) {
  constexpr std::string_view kCpu = "can't allocate memory: you tried to allocate ";
  const auto found = words.find(kCpu);
  if (found == std::string::npos) return "";
  const double bytes = std::strtod(words.c_str() + found + kCpu.size(), nullptr);
  char text[64];
  std::snprintf(text, sizeof text, "not enough memory for %.3g GB at once", bytes / 1e9);
  return text;
}

}  // namespace

bool lacks_gpu_memory(const std::exception& error) {
  constexpr int kOutOfMemory = 2;  // cudaErrorMemoryAllocation
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  const auto* cuda = dynamic_cast<const c10::AcceleratorError*>(&error);
  if (cuda != nullptr && cuda->get_error_code() == kOutOfMemory) return true;
  return std::string_view(error.what()).find("CUBLAS_STATUS_ALLOC_FAILED") != std::string_view::npos;
}

std::string words_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return std::string("not enough memory") + kLessMemory;
  const auto* torch = dynamic_cast<const c10::Error*>(&error);
  const std::string words = torch != nullptr ? torch->what_without_backtrace() : error.what();
  const std::string lack = torch != nullptr ? lack_of(words) : "";
  return lack.empty() ? words : lack + kLessMemory;
}

}  // namespace monge::train
