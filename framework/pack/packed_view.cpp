#include "pack/packed_view.h"

#include <utility>

#include "kernels/draws.h"
#include "stacked/pass.h"

namespace monge::pack {
namespace {

class PackedDraw final : public Draw {
 public:
  PackedDraw(const train::Vmap& vmap, kernels::Draws draws) : vmap_(vmap), draws_(std::move(draws)) {}

  Tensor uniform(at::IntArrayRef shape) override { return vmap_.in(draws_.uniform(shape)); }
  Tensor normal(at::IntArrayRef shape) override { return vmap_.in(draws_.normal(shape)); }
  Tensor index(at::IntArrayRef shape, std::int64_t n) override { return vmap_.in(draws_.index(shape, n)); }

 private:
  const train::Vmap& vmap_;
  kernels::Draws draws_;
};

}  // namespace

PackedView::PackedView(const Clock& clock, kernels::Update* update)
    : clock_(clock), update_(update), vmap_(clock.seeds.size(0)), side_(clock.seeds.device()) {}

Tensor PackedView::seen(const Tensor& whole) const { return vmap_.in(whole); }

Tensor PackedView::whole(const Tensor& seen) const { return vmap_.out(seen); }

std::unique_ptr<Draw> PackedView::draws(const train::Game& game, train::Purpose purpose, std::int64_t,
                                        std::uint32_t stream) const {
  return std::make_unique<PackedDraw>(
      vmap_, kernels::Draws(clock_.seeds, clock_.updates, purpose, game.options, stream));
}

std::unique_ptr<train::HandPass> PackedView::pass(const train::Network& network,
                                                  const std::vector<Tensor>& parameters,
                                                  const std::vector<Tensor>& buffers, const Tensor& x) const {
  return std::make_unique<stacked::Pass>(network, parameters, buffers, x, side_, update_);
}

}  // namespace monge::pack
