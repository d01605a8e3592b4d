// Random numbers for plugins. Counter-based: a draw depends on the run's seed, its purpose and the update
// counter, not on what was drawn before it elsewhere, so adding a metric, packing runs or resuming never
// changes a number.
#pragma once

#include <monge/tensor.h>

namespace monge {

class Draw {
 public:
  virtual ~Draw() = default;
  virtual Tensor uniform(at::IntArrayRef shape) = 0;                // [0, 1)
  virtual Tensor normal(at::IntArrayRef shape) = 0;                 // N(0, 1)
  virtual Tensor index(at::IntArrayRef shape, std::int64_t n) = 0;  // int64 in [0, n)
};

}  // namespace monge
