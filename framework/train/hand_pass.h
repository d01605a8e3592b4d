// A network run once on a batch, to be differentiated by hand; nothing of it is recorded by autograd.
#pragma once

#include <vector>

#include "train/network.h"

namespace monge::train {

/// Where a network's gradient goes, one tensor a parameter.
struct Gradients {
  const std::vector<Tensor>& places;
  bool fresh = false;  // over what is there, not onto it
  // Nothing is added afterwards, nor are the parameters read: they may be updated at once by who can, and
  // then the gradient need not be written.
  bool whole = false;
};

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

  /// Adds the gradient of <cotangent, output>. After `back`.
  virtual void add_gradient(const Gradients& gradients) const = 0;

  /// Adds the gradient of <v, slope>, the slope being that of the last `back`, to what is there. v: [R,
  /// in...]. Of a piecewise linear network only.
  virtual void add_slope_gradient(const Tensor& v, const std::vector<Tensor>& places) const = 0;

  /// The add_gradient of `scores`, another pass of the same kind over the same piecewise linear network and
  /// after its `back`, and then the add_slope_gradient of this along v.
  virtual void add_both(const HandPass& scores, const Tensor& v, const Gradients& gradients) const {
    scores.add_gradient({gradients.places, gradients.fresh});
    add_slope_gradient(v, gradients.places);
  }
};

}  // namespace monge::train
