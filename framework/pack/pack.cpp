#include "pack/pack.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "pack/advance.h"
#include "pack/graph.h"

namespace monge::pack {
namespace {

std::vector<Member> seats_for(std::vector<Member> members, std::size_t slots) {
  const std::size_t least = members.front().game->options.device().is_cpu() ? 2 : 1;
  while (members.size() < std::max(least, slots)) members.push_back(members.front());
  return members;
}

// MONGE_GRAPHS=off launches every kernel by itself, to compare and to profile.
bool captures(const train::Game& game) {
  const char* graphs = std::getenv("MONGE_GRAPHS");
  return game.options.device().is_cuda() && (graphs == nullptr || std::string(graphs) != "off");
}

}  // namespace

std::int64_t updates_of(const Member& member) {
  return critic_updates_at(member.game->settings, member.progress->step + 1);
}

Pack::Pack(const std::vector<Member>& members, std::size_t slots)
    : seats_(seats_for(members, slots)),
      taken_(seats_.size(), false),
      runs_(seats_),
      replayed_(captures(*runs_.game) ? Graph::captured : Replayed::Capture()) {
  for (const Member& member : members) {
    if (updates_of(member) == updates_of(members.front())) continue;
    throw std::invalid_argument(
        "runs cannot be packed: their steps take different numbers of critic updates");
  }
  for (std::size_t k = 0; k < members.size(); ++k) {
    runs_.hand_row(k, *seats_[k].progress, /*taken=*/false);
    taken_[k] = true;
  }
}

void Pack::leave(std::size_t seat) {
  taken_[seat] = false;
  stand_in();
}

bool Pack::join(std::size_t seat, const Member& member) {
  const bool fits = !member.game->settings.warm_up && runs_.game.take(seat, *member.game);
  if (!fits) return false;
  seats_[seat] = member;
  runs_.clock.take(seat, member);
  runs_.hand_row(seat, *member.progress, /*taken=*/true);
  taken_[seat] = true;
  stand_in();
  return true;
}

const Member& Pack::first() const {
  return seats_[static_cast<std::size_t>(std::find(taken_.begin(), taken_.end(), true) - taken_.begin())];
}

// Seats that nobody has keep no pointer to a run that is over.
void Pack::stand_in() {
  if (std::find(taken_.begin(), taken_.end(), true) == taken_.end()) return;
  for (std::size_t k = 0; k < seats_.size(); ++k) {
    if (!taken_[k]) seats_[k] = first();
  }
}

void Pack::step() {
  const std::int64_t updates = updates_of(first());
  runs_.critics.plan(seats_);
  runs_.generators.plan(seats_);
  if (updates == runs_.game->settings.critic_steps)
    replayed_([&, updates] { advance(runs_, updates); }, [&] { return runs_.state(); });
  else
    advance(runs_, updates);
  for (std::size_t k = 0; k < seats_.size(); ++k) {
    if (!taken_[k]) continue;
    seats_[k].progress->updates += updates;
    ++seats_[k].progress->step;
  }
}

// One tensor: where a GPU is lost, giving back a pinned one that has been copied to ends the process, so that
// none may be there while another is made.
Tensor Pack::table(bool read) const {
  at::NoGradGuard no_grad;
  const Tensor all = train::table_of(runs_.sheet.numbers(), runs_.first_bad);
  return at::empty(all.sizes(), at::TensorOptions(at::kDouble).pinned_memory(all.is_cuda()))
      .copy_(all, !read);
}

}  // namespace monge::pack
