// A job done: by loops on a CPU, by a launch on a GPU.
#pragma once

#include <ATen/Parallel.h>
#include <monge/tensor.h>

#include <algorithm>
#include <limits>

#include "kernels/four_job.h"
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

/// Whether the memory begins at a multiple of four numbers.
template <class T>
bool lies_by_fours(const Tensor& tensor) {
  return reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr<T>()) % sizeof(Four<T>) == 0;
}

/// An amount of items or samples that 32 bits can count.
inline std::uint32_t amount(std::int64_t n) {
  TORCH_CHECK(n >= 0 && n <= std::numeric_limits<std::int32_t>::max(), "too many for a kernel: ", n);
  return static_cast<std::uint32_t>(n);
}

/// `out` [K, U, ...], whose batches must lie together; by fours where that may be and it lies so.
template <class T>
Batches batches_of(const Tensor& out, bool may_be_by_fours) {
  TORCH_CHECK(out.dim() >= 2 && out[0][0].is_contiguous(), "batches must lie together each");
  const auto size = amount(out[0][0].numel());
  amount(out.size(1) * size);
  const bool by_fours = may_be_by_fours && size % 4 == 0 && out.stride(0) % 4 == 0 &&
                        out.stride(1) % 4 == 0 && lies_by_fours<T>(out);
  const std::uint32_t numbers = by_fours ? 4 : 1;
  return {Divisor(size / numbers), out.stride(0) / numbers, out.stride(1) / numbers, by_fours};
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

/// The sums of a block's columns, as each.cu makes them.
template <class Job>
void sum_columns(const Job& job, std::uint32_t run, std::uint32_t first, std::uint32_t chunk) {
  using T = typename Job::Number;
  const auto work = job.of_run(run);
  const auto begin = job.chunks.begin(chunk), end = job.chunks.end(chunk);
  const std::uint32_t width = std::min(job.columns() - first, kWidth), fours = (width + 3) / 4;
  Four<T> before[kWidth / 4] = {};
  for (std::uint32_t pass = 0; pass < Job::kPasses; ++pass) {
    Four<T> lanes[kLanes][kWidth / 4][Job::kSums] = {};
    const auto add = [&](bool by_fours) {
      for (auto r = begin; r < end; ++r) {
        auto& lane = lanes[(r - begin) % kLanes];
        for (std::uint32_t i = 0; i < fours; ++i)
          work.add(pass, work.row(r, first + 4 * i, by_fours), before[i], lane[i]);
      }
    };
    job.by_fours(first + width - 1) ? add(true) : add(false);
    for (std::uint32_t j = 0; j < Job::kSums; ++j) {
      for (std::uint32_t c = 0; c < width; ++c) {
        T sum = 0;
        for (const auto& lane : lanes) sum += lane[c / 4][j].v[c % 4];
        sum = work.keep(sum, chunk, pass, j, first + c);
        if (j == 0) before[c / 4].v[c % 4] = sum;
      }
    }
  }
}

/// Likewise one of ColumnJobs, for all its columns and chunks.
template <class Job>
void run_columns(const Job& job, at::Device device, std::int64_t runs) {
  constexpr std::int64_t kGrain = 1 << 17;  // numbers
  if (!device.is_cpu())
    return launch_columns(device, ColumnJobs::place<Job>(), &job, amount(runs), job.columns(),
                          job.chunks.count);
  const std::int64_t groups = (job.columns() + kWidth - 1) / kWidth,
                     blocks = runs * groups * job.chunks.count;
  at::parallel_for(0, blocks, kGrain / (kWidth * (job.chunks.each + kLanes)) + 1, [&](auto begin, auto end) {
    for (auto i = begin; i < end; ++i)
      sum_columns(job, amount(i / groups / job.chunks.count), amount(i % groups) * kWidth,
                  amount(i / groups % job.chunks.count));
  });
}

}  // namespace monge::kernels
