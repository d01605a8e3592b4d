// K runs seen as one: tensors through vmap, draws from every run's own stream.
#pragma once

#include "kernels/optimise.h"
#include "pack/clock.h"
#include "stacked/side.h"
#include "train/view.h"
#include "train/vmap.h"

namespace monge::pack {

class PackedView final : public train::View {
 public:
  /// `update`: of the parameters whose whole gradients passes make.
  explicit PackedView(const Clock& clock, kernels::Update* update = nullptr);

  Tensor seen(const Tensor& whole) const override;
  Tensor whole(const Tensor& seen) const override;
  /// Of an enforcer in the critic's turn: the clock has the counters.
  std::unique_ptr<Draw> draws(const train::Game& game, train::Purpose purpose, std::int64_t counter,
                              std::uint32_t stream) const override;
  void settle() const override { side_.join(); }
  std::unique_ptr<train::HandPass> pass(const train::Network& network, const std::vector<Tensor>& parameters,
                                        const std::vector<Tensor>& buffers, const Tensor& x) const override;

 private:
  const Clock& clock_;
  kernels::Update* update_;
  train::Vmap vmap_;
  mutable stacked::Side side_;
};

}  // namespace monge::pack
