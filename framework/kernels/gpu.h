// Jobs on a GPU: compiled at the first question about a device, launched through CUDA's driver on the stream
// that LibTorch uses in this thread. Nothing of CUDA is linked; whatever of it is missing is the answer of
// why_not().
#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernels/product_plan.h"

namespace monge::kernels {

/// Why the kernels cannot run on `device`, or "". The first call for a GPU compiles them (half a second) and
/// its answer stays: LibTorch's CUDA part must be open by then, and no graph be captured.
const std::string& why_not(at::Device device);

/// Whether they can; a pack is not trained there otherwise.
inline bool available(at::Device device) { return why_not(device).empty(); }

/// Job `place` of Jobs, which `job` points to, for `items` of each of `runs`. Throws std::runtime_error where
/// the kernels are not available.
void launch(at::Device device, std::size_t place, const void* job, std::uint32_t runs, std::uint32_t items);

/// Job `place` of ColumnJobs likewise, for so many columns of so many chunks of rows.
void launch_columns(at::Device device, std::size_t place, const void* job, std::uint32_t runs,
                    std::uint32_t columns, std::uint32_t chunks);

/// Whether the device has what product.cu asks for: tensor cores that know tf32 (Ampere's and later).
bool can_multiply(at::Device device);
int multiprocessors(at::Device device);
std::int64_t memory_of(at::Device device);  // bytes; 0: a CPU's, or there are no kernels
bool is_hopper(at::Device device);          // what product_wide.cu asks for

/// A product as planned; its kernel is compiled when it is wanted first, a third of a second, which must not
/// be while a graph is captured.
void launch(at::Device device, const Plan& plan, const Product& job);

}  // namespace monge::kernels
