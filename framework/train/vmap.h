// K runs at a time through code written for one: functorch's vmap from C++. Its headers are internal to
// LibTorch and may change with it, so vmap.cpp is the only file that includes them and an explicit loop is
// its test.
#pragma once

#include <monge/tensor.h>

namespace monge::train {

/// While it lives, tensors made by `in` look like one run's and every operation acts on all K. Gradients are
/// taken outside, on the stacked tensors. One thread; scopes must not outlive each other.
class Vmap {
 public:
  explicit Vmap(std::int64_t runs);
  ~Vmap();
  Vmap(const Vmap&) = delete;
  Vmap& operator=(const Vmap&) = delete;

  Tensor in(const Tensor& stacked) const;  // [K, ...] -> looks like [...]
  Tensor out(
      const Tensor& one) const;  // looks like [...] -> [K, ...]; a tensor equal for all runs is expanded

 private:
  std::int64_t runs_, level_;
};

}  // namespace monge::train
