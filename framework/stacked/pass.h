// Networks of K runs, which are chains of affine layers, run once and differentiated by hand:
// train/affine_pass.h has the mathematics.
#pragma once

#include <optional>

#include "stacked/affine.h"
#include "stacked/norm.h"
#include "stacked/side.h"
#include "train/hand_pass.h"

namespace monge::stacked {

class Pass final : public train::HandPass {
 public:
  /// Parameters and running averages [K, ...], x [K, R, in...]; averages move, parameters must stay as they
  /// are until the pass is forgotten, or has made a whole gradient and `update` with it.
  /// `batches`: x is so many, one after another; a batch norm sees each by itself. Gradients are made on
  /// `side`: it is for the caller to join.
  Pass(const train::Network& network, const std::vector<Tensor>& parameters,
       const std::vector<Tensor>& buffers, const Tensor& x, Side& side, kernels::Update* update = nullptr,
       std::int64_t batches = 1);

  const Tensor& output() const override { return output_; }
  Tensor back(const Tensor& cotangent, bool to_input) override;
  void add_gradient(const train::Gradients& gradients) const override;
  void add_slope_gradient(const Tensor& v, const std::vector<Tensor>& places) const override;
  void add_both(const HandPass& scores, const Tensor& v, const train::Gradients& gradients) const override;

 private:
  struct Part {
    train::Stage stage;
    Affine map;
    std::optional<Norm> norm;
    kernels::Activation activation;
    Tensor input, output;  // of the map; of the whole part
    Tensor signal;         // at the map's output
    Tensor gain, shift;    // gradients of the norm's parameters, by the last `back`

    std::size_t weight() const { return static_cast<std::size_t>(stage.affine->parameters); }
    /// Of all the parameters' gradients; undefined where there is none.
    Tensor bias(const std::vector<Tensor>& gradients) const {
      return stage.affine->layer.bias_ ? gradients[weight() + 1] : Tensor();
    }
  };
  void run(const train::Stage& stage, std::int64_t batches, const std::vector<Tensor>& parameters,
           const std::vector<Tensor>& buffers, const Tensor& x);
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

}  // namespace monge::stacked
