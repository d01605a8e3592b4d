// What a chain of K runs' networks consists of: an affine map, a batch norm or none, an activation or none.
#pragma once

#include <optional>

#include "stacked/affine.h"
#include "stacked/norm.h"

namespace monge::stacked {

struct Part {
  train::Stage stage;
  Tensor input;  // of the map
  Affine map;
  std::optional<Norm> norm;
  kernels::Activation activation;
  Tensor output = {};            // of the whole part
  Tensor signal = {};            // at the map's output
  Tensor gain = {}, shift = {};  // gradients of the norm's parameters, by the last `back`

  /// Parameters [K, ...], x [K, R, in...] of so many batches, one after another: a norm sees each by itself.
  Part(const train::Stage& of, const std::vector<Tensor>& parameters, const Tensor& x, std::int64_t batches);

  /// Makes the output; running averages [K, ...] move.
  void apply(const std::vector<Tensor>& buffers);
  /// The same numbers into `out` [K, batches, ...] alone, whose batches may lie apart.
  void apply(const std::vector<Tensor>& buffers, const Tensor& out);

  std::size_t weight() const { return static_cast<std::size_t>(stage.affine->parameters); }
  /// Of all the parameters' gradients; undefined where there is none.
  Tensor bias(const std::vector<Tensor>& gradients) const {
    return stage.affine->layer.bias_ ? gradients[weight() + 1] : Tensor();
  }

 private:
  Tensor made(const std::vector<Tensor>& buffers, kernels::Activation last);
};

}  // namespace monge::stacked
