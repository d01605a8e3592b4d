#include "pack/packed_view.h"

#include <utility>

namespace monge::pack {

PackedView::PackedView(const std::vector<Member>& members)
    : members_(members), vmap_(static_cast<std::int64_t>(members.size())) {}

Tensor PackedView::seen(const Tensor& whole) const { return vmap_.in(whole); }

Tensor PackedView::whole(const Tensor& seen) const { return vmap_.out(seen); }

std::unique_ptr<Draw> PackedView::draws(const train::Game&, train::Purpose purpose, std::int64_t counter,
                                        std::uint32_t stream) const {
  std::vector<train::Draws> each;
  for (const Member& member : members_)
    each.emplace_back(member.game->seed, purpose, counter, member.game->options, stream);
  return std::make_unique<train::PackedDraws>(vmap_, std::move(each));
}

}  // namespace monge::pack
