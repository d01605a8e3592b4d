// A network of affine layers and piecewise linear activations, run once and differentiated by hand.
//
// Almost everywhere such a network D is x -> w_L M_{L-1} W_{L-1} ... M_1 W_1 x + const, with diagonal M_k
// that do not change in a neighbourhood of x. So its slope is s = W_1' M_1 ... w_L', and the gradient of <v,
// s> with respect to W_k is d_k t_{k-1}', where d_k is the signal that backpropagation brings to the output
// of layer k and t_k = M_k W_k t_{k-1}, t_0 = v, is the tangent of D along v (Pearlmutter 1994, Fast exact
// multiplication by the Hessian, sec. 3): a gradient penalty costs one more pass forward, not a recorded
// graph.
#pragma once

#include "train/hand_pass.h"
#include "train/products.h"

namespace monge::train {

/// Affine layers (linear, conv), piecewise linear activations (relu, leaky_relu) and flatten only.
bool is_piecewise_linear(const Network& network);

/// One batch of R samples. Parameters must outlive it unchanged.
class AffinePass final : public HandPass {
 public:
  AffinePass(const Network& network, at::TensorList parameters, const Tensor& x);

  const Tensor& output() const override { return stages_.back().output; }

  Tensor back(const Tensor& cotangent, bool to_input) override;
  void add_gradient(const Gradients& gradients) const override;
  void add_slope_gradient(const Tensor& v, const std::vector<Tensor>& places) const override;

 private:
  struct Stage {  // an affine layer and the activation after it
    Affine map;
    std::int64_t parameters;  // index of the weight; a bias follows
    bool bias;
    double slope;   // of the activation below zero; 1: there is none
    Tensor input;   // as the map wants it
    Tensor output;  // of the activation
    Tensor signal;  // at the map's output
  };

  std::vector<Stage> stages_;
  Shape input_;  // [R, in...]
};

}  // namespace monge::train
