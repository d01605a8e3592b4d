#include "train/vmap.h"

#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>
#include <ATen/functorch/PlumbingHelper.h>

namespace monge::train {

namespace ft = at::functorch;

Vmap::Vmap(std::int64_t runs)
    : runs_(runs),
      level_(ft::initAndPushDynamicLayer(ft::TransformType::Vmap, c10::SymInt(runs),
                                         ft::RandomnessType::Different)) {}

Vmap::~Vmap() { ft::popDynamicLayerAndDeleteMetadata(); }

Tensor Vmap::in(const Tensor& stacked) const { return ft::makeBatched(stacked, 0, level_); }

Tensor Vmap::out(const Tensor& one) const {
  const auto [value, dim] = ft::unwrapTensorAtLevel(one, level_);
  if (dim) return value.movedim(*dim, 0);
  std::vector<std::int64_t> shape = value.sizes().vec();
  shape.insert(shape.begin(), runs_);
  return value.expand(shape);
}

}  // namespace monge::train
