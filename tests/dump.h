// Tensors written down for an implementation in Python to repeat.
#pragma once

#include <monge/tensor.h>

#include "record/group.h"

namespace monge::test {

/// Adds `tensor` as a variable of doubles on dimensions of its own.
inline void put(record::Group& group, const std::string& name, const Tensor& tensor) {
  const auto flat = tensor.detach().to(at::kDouble).contiguous();
  std::vector<std::string> dims;
  for (std::int64_t d = 0; d < flat.dim(); ++d) {
    dims.push_back(name + "_" + std::to_string(d));
    group.dimensions.push_back({dims.back(), static_cast<std::size_t>(flat.size(d))});
  }
  const auto* data = flat.const_data_ptr<double>();
  group.variables.push_back({name, dims, std::vector<double>(data, data + flat.numel()), {}});
}

}  // namespace monge::test
