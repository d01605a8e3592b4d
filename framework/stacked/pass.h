// Networks of K runs, which are chains of affine layers, run once and differentiated by hand:
// train/affine_pass.h has the mathematics.
#pragma once

#include "stacked/part.h"
#include "stacked/side.h"
#include "train/hand_pass.h"

namespace monge::stacked {

class Pass final : public train::HandPass {
 public:
  /// Parameters and running averages [K, ...], x [K, R, in...]; averages move, parameters must stay as they
  /// are until the pass is forgotten, or has made a whole gradient and `update` with it.
  /// Gradients are made on `side`: it is for the caller to join.
  Pass(const train::Network& network, const std::vector<Tensor>& parameters,
       const std::vector<Tensor>& buffers, const Tensor& x, Side& side, kernels::Update* update = nullptr);

  const Tensor& output() const override { return output_; }
  Tensor back(const Tensor& cotangent, bool to_input) override;
  void add_gradient(const train::Gradients& gradients) const override;
  void add_slope_gradient(const Tensor& v, const std::vector<Tensor>& places) const override;
  void add_both(const HandPass& scores, const Tensor& v, const train::Gradients& gradients) const override;

 private:
  template <class... Terms>
  Affine::Into into(const Part& part, const train::Gradients& gradients, const Terms&... terms) const;
  template <class Add>
  void along(const Tensor& v, const Add& add) const;

  Side& side_;
  kernels::Update* update_;  // of the parameters; null: none is made meanwhile
  std::vector<Part> parts_;
  Shape input_;    // [K, R, in...]
  Tensor output_;  // [K, R, out...]
};

/// Without derivatives: what such a network makes of U batches, x [K, U R, in...], each of which batch norms
/// see by itself, into `out` [K, U, R, out...], whose batches may lie apart.
void make_batches(const train::Network& network, const std::vector<Tensor>& parameters,
                  const std::vector<Tensor>& buffers, const Tensor& x, const Tensor& out);

}  // namespace monge::stacked
