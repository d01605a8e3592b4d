#include "pack/packed_view.h"

#include <utility>

namespace monge::pack {
namespace {

class PackedDraws final : public Draw {
 public:
  PackedDraws(const train::View& view, std::vector<train::Draws> each)
      : view_(view), each_(std::move(each)) {}

  Tensor uniform(at::IntArrayRef shape) override {
    return packed([&](Draw& draw) { return draw.uniform(shape); });
  }
  Tensor normal(at::IntArrayRef shape) override {
    return packed([&](Draw& draw) { return draw.normal(shape); });
  }
  Tensor index(at::IntArrayRef shape, std::int64_t n) override {
    return packed([&](Draw& draw) { return draw.index(shape, n); });
  }

 private:
  template <class Make>
  Tensor packed(Make&& make) {
    std::vector<Tensor> all;
    for (auto& draw : each_) all.push_back(make(draw));
    return view_.seen(at::stack(all));
  }

  const train::View& view_;
  std::vector<train::Draws> each_;
};

}  // namespace

PackedView::PackedView(const std::vector<Member>& members)
    : members_(members), vmap_(static_cast<std::int64_t>(members.size())) {}

Tensor PackedView::seen(const Tensor& whole) const { return whole.defined() ? vmap_.in(whole) : whole; }

Tensor PackedView::whole(const Tensor& seen) const { return seen.defined() ? vmap_.out(seen) : seen; }

std::unique_ptr<Draw> PackedView::draws(const train::Game&, train::Purpose purpose, std::int64_t counter,
                                        std::uint32_t stream) const {
  std::vector<train::Draws> each;
  for (const Member& member : members_)
    each.emplace_back(member.game->seed, purpose, counter, member.game->options, stream);
  return std::make_unique<PackedDraws>(*this, std::move(each));
}

}  // namespace monge::pack
