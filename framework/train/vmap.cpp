#include "train/vmap.h"

#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>
#include <ATen/functorch/PlumbingHelper.h>

#include <utility>

namespace monge::train {

namespace ft = at::functorch;

Vmap::Vmap(std::int64_t runs)
    : runs_(runs),
      level_(ft::initAndPushDynamicLayer(ft::TransformType::Vmap, c10::SymInt(runs),
                                         ft::RandomnessType::Different)) {}

Vmap::~Vmap() { ft::popDynamicLayerAndDeleteMetadata(); }

Tensor Vmap::in(const Tensor& stacked) const {
  return stacked.defined() ? ft::makeBatched(stacked, 0, level_) : stacked;
}

Tensor Vmap::out(const Tensor& one) const {
  if (!one.defined()) return one;
  const auto [value, dim] = ft::unwrapTensorAtLevel(one, level_);
  if (dim) return value.movedim(*dim, 0);
  std::vector<std::int64_t> shape = value.sizes().vec();
  shape.insert(shape.begin(), runs_);
  return value.expand(shape);
}

PackedDraws::PackedDraws(const Vmap& vmap, std::vector<Draws> each) : vmap_(vmap), each_(std::move(each)) {}

template <class Make>
Tensor PackedDraws::packed(Make make) {
  std::vector<Tensor> all;
  for (Draws& draws : each_) all.push_back(make(draws));
  return vmap_.in(at::stack(all));
}

Tensor PackedDraws::uniform(at::IntArrayRef shape) {
  return packed([&](Draws& draws) { return draws.uniform(shape); });
}

Tensor PackedDraws::normal(at::IntArrayRef shape) {
  return packed([&](Draws& draws) { return draws.normal(shape); });
}

Tensor PackedDraws::index(at::IntArrayRef shape, std::int64_t n) {
  return packed([&](Draws& draws) { return draws.index(shape, n); });
}

}  // namespace monge::train
