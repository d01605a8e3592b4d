// A job done: by loops on a CPU, by a launch on a GPU.
#pragma once

#include <ATen/Parallel.h>
#include <monge/tensor.h>

#include <limits>

#include "kernels/gpu.h"
#include "kernels/jobs.h"

namespace monge::kernels {

/// The memory of `tensor`, which must be T's, contiguous and on `device`: `what` it is to the user.
template <class T>
T* memory(const Tensor& tensor, at::Device device, const char* what) {
  TORCH_CHECK(tensor.is_contiguous() && tensor.device() == device &&
                  tensor.scalar_type() == c10::CppTypeToScalarType<std::remove_const_t<T>>::value,
              what, " must be contiguous, of type ", c10::CppTypeToScalarType<std::remove_const_t<T>>::value,
              " and on ", device);
  if constexpr (std::is_const_v<T>)
    return tensor.const_data_ptr<std::remove_const_t<T>>();
  else
    return tensor.mutable_data_ptr<T>();
}

/// An amount of items or samples that 32 bits can count.
inline std::uint32_t amount(std::int64_t n) {
  TORCH_CHECK(n >= 0 && n <= std::numeric_limits<std::int32_t>::max(), "too many for a kernel: ", n);
  return static_cast<std::uint32_t>(n);
}

/// `items` of each of `runs`.
template <class Job>
void run(const Job& job, at::Device device, std::int64_t runs, std::uint32_t items) {
  constexpr std::int64_t kGrain = 4096;  // items that are worth a thread
  if (runs == 0 || items == 0) return;
  if (!device.is_cpu()) return launch(device, Jobs::place<Job>(), &job, amount(runs), items);
  for (std::uint32_t k = 0; k < amount(runs); ++k) {
    const auto work = job.of_run(k);
    at::parallel_for(0, items, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (auto i = begin; i < end; ++i) work(static_cast<std::uint32_t>(i));
    });
  }
}

}  // namespace monge::kernels
