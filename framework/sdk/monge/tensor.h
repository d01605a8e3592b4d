// Tensors as plugins see them. <torch/types.h> only: <torch/torch.h> doubles a plugin's compile time.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace monge {

using Tensor = at::Tensor;
using Shape = std::vector<std::int64_t>;  // a sample's: [C, H, W] or [D], without the batch

/// The values a sample can take; the generator's last activation follows from it.
enum class Range {
  symmetric,  // [-1, 1], a tanh
  unit,       // [0, 1], a sigmoid
  unbounded,  // no last activation
};

}  // namespace monge
