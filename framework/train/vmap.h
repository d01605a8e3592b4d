// K runs at a time through code written for one: functorch's vmap from C++. Its headers are internal to
// LibTorch and may change with it, so vmap.cpp is the only file that includes them and an explicit loop is
// its test.
#pragma once

#include <monge/tensor.h>

#include <vector>

#include "train/draws.h"

namespace monge::train {

/// While it lives, tensors made by `in` look like one run's and every operation acts on all K. Gradients are
/// taken outside, on the stacked tensors. One thread; scopes must not outlive each other.
class Vmap {
 public:
  explicit Vmap(std::int64_t runs);
  ~Vmap();
  Vmap(const Vmap&) = delete;
  Vmap& operator=(const Vmap&) = delete;

  // An undefined tensor stays so.
  Tensor in(const Tensor& stacked) const;  // [K, ...] -> looks like [...]
  Tensor out(
      const Tensor& one) const;  // looks like [...] -> [K, ...]; a tensor equal for all runs is expanded

 private:
  std::int64_t runs_, level_;
};

/// One stream a run, seen as one run's. Outlived by the scope.
class PackedDraws final : public Draw {
 public:
  PackedDraws(const Vmap& vmap, std::vector<Draws> each);

  Tensor uniform(at::IntArrayRef shape) override;
  Tensor normal(at::IntArrayRef shape) override;
  Tensor index(at::IntArrayRef shape, std::int64_t n) override;

 private:
  template <class Make>
  Tensor packed(Make make);

  const Vmap& vmap_;
  std::vector<Draws> each_;
};

}  // namespace monge::train
