#include "worker/pack_lane.h"

#include <algorithm>
#include <cstdlib>

namespace monge::worker {
namespace {

// On a GPU the pack stays as it is, with its graph, and runs take seats; on a CPU it has no more seats than
// runs. MONGE_SEATS: as on a GPU, for tests.
bool keeps_seats(const PackedRun& run) {
  static const bool asked = std::getenv("MONGE_SEATS") != nullptr;
  return asked || run.session->game().strategy.slots > 0;
}

}  // namespace

void PackLane::step(const std::vector<PackedRun*>& turn, std::size_t slots) {
  const bool fixed = keeps_seats(*turn.front());
  if (!pack_ || !(fixed ? reseat(turn, slots) : seats_ == turn)) {
    std::vector<pack::Member> members;
    for (const PackedRun* one : turn) members.push_back(one->member());
    pack_.emplace(members, fixed ? slots : 0);
    seats_ = turn;
  }
  pack_->step();
}

bool PackLane::reseat(const std::vector<PackedRun*>& turn, std::size_t slots) {
  for (const PackedRun* seated : seats_) {
    if (seated == nullptr || std::find(turn.begin(), turn.end(), seated) != turn.end()) continue;
    return false;  // it waits, in a warm-up
  }
  seats_.resize(slots);
  for (PackedRun* one : turn) {
    if (std::find(seats_.begin(), seats_.end(), one) != seats_.end()) continue;
    const auto free = std::find(seats_.begin(), seats_.end(), nullptr);
    if (free == seats_.end() || !pack_->join(static_cast<std::size_t>(free - seats_.begin()), one->member()))
      return false;
    *free = one;
  }
  return true;
}

void PackLane::clear_seats() {
  for (std::size_t k = 0; k < seats_.size(); ++k) {
    if (seats_[k] == nullptr || !seats_[k]->over) continue;
    pack_->leave(k);
    seats_[k] = nullptr;
  }
}

void PackLane::disband() {
  pack_.reset();
  seats_.clear();
}

}  // namespace monge::worker
