// A flat tensor as parts one after another.
#pragma once

#include <monge/tensor.h>

#include <functional>
#include <vector>

namespace monge::train {

/// Views of the last dimension of `flat` [..., size], one for each of `parts` and of its shape: [..., shape].
template <class Parts, class ShapeOf>
std::vector<Tensor> views(const Tensor& flat, const Parts& parts, ShapeOf shape_of) {
  std::vector<Tensor> all;
  std::int64_t offset = 0;
  for (const auto& part : parts) {
    const at::IntArrayRef own = std::invoke(shape_of, part);
    const auto count = c10::multiply_integers(own);
    Shape shape = flat.sizes().slice(0, flat.dim() - 1).vec();
    shape.insert(shape.end(), own.begin(), own.end());
    all.push_back(flat.narrow(-1, offset, count).view(shape));
    offset += count;
  }
  return all;
}

}  // namespace monge::train
