// A network run once on a batch, to be differentiated by hand; nothing of it is recorded by autograd.
#pragma once

#include <vector>

#include "train/network.h"

namespace monge::train {

class HandPass {
 public:
  HandPass() = default;
  virtual ~HandPass() = default;
  HandPass(const HandPass&) = delete;
  HandPass& operator=(const HandPass&) = delete;

  virtual const Tensor& output() const = 0;  // [R, out...]; of K runs at once [K, R, out...], and so below

  /// Brings `cotangent` [R, out...] back and keeps the signals, perhaps the cotangent itself: it must stay as
  /// it is. The slope [R, in...] if asked for, else undefined.
  virtual Tensor back(const Tensor& cotangent, bool to_input) = 0;

  /// Adds the gradient of <cotangent, output> to `gradients`, one a parameter, or with `fresh` writes it over
  /// them. After `back`.
  virtual void add_gradient(const std::vector<Tensor>& gradients, bool fresh = false) const = 0;

  /// Adds the gradient of <v, slope>, the slope being that of the last `back`. v: [R, in...]. Of a piecewise
  /// linear network only.
  virtual void add_slope_gradient(const Tensor& v, const std::vector<Tensor>& gradients) const = 0;

  /// The add_gradient of `scores`, another pass of the same kind over the same piecewise linear network and
  /// after its `back`, and then the add_slope_gradient of this along v.
  virtual void add_both(const HandPass& scores, const Tensor& v, const std::vector<Tensor>& gradients,
                        bool fresh) const {
    scores.add_gradient(gradients, fresh);
    add_slope_gradient(v, gradients);
  }
};

}  // namespace monge::train
