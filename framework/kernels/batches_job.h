// Where K runs' batches lie.
#pragma once

#include <cstdint>

#include "kernels/divisor_job.h"

namespace monge::kernels {

/// [K, U, ...], the numbers of a batch together and batches anywhere, in items of one number or of four.
struct Batches {
  Divisor each;  // items of a batch
  std::int64_t run_stride = 0, batch_stride = 0;
  bool by_fours = false;

  /// Of item `i` of a run.
  std::int64_t place(std::uint32_t run, std::uint32_t i) const {
    const auto batch = each.quotient(i);
    return run * run_stride + batch * batch_stride + (i - batch * each.value);
  }
};

}  // namespace monge::kernels
