#include "pack/states.h"

namespace monge::pack {
namespace {

using train::Progress;

/// Calls `visit(of)` for each state of an enforcer, `of` being its place in a run.
template <class Visit>
void each_state(const Progress& like, Visit visit) {
  for (std::size_t e = 0; e < like.penalty_states.size(); ++e) {
    visit([e](auto& progress) -> auto& { return progress.penalty_states[e]; });
    for (std::size_t i = 0; i < like.weight_states[e].size(); ++i)
      visit([ e, i ](auto& progress) -> auto& { return progress.weight_states[e][i]; });
  }
}

}  // namespace

States::States(const std::vector<Member>& seats) : all_(*seats.front().progress) {
  each_state(all_, [&](auto of) {
    for (auto& [name, all] : of(all_).all()) {
      all = stacked(seats, [&, &key = name](const Member& seat) { return of(*seat.progress).all().at(key); });
    }
  });
}

void States::hand_row(std::size_t k, Progress& progress, bool taken) {
  each_state(all_, [&](auto of) {
    for (auto& [name, all] : of(all_).all()) pack::hand_row(of(progress).all().at(name), all, k, taken);
  });
}

Progress States::seen(const train::View& view) const {
  Progress one = all_;
  each_state(all_, [&](auto of) {
    for (auto& [name, value] : of(one).all()) value = view.seen(value);
  });
  return one;
}

void States::keep(const Progress& seen, const train::View& view) {
  each_state(all_, [&](auto of) {
    for (auto& [name, all] : of(all_).all()) all.copy_(view.whole(of(seen).all().at(name)));
  });
}

std::vector<Tensor> States::all() const {
  std::vector<Tensor> all;
  each_state(all_, [&](auto of) {
    for (const auto& [name, value] : of(all_).all()) all.push_back(value);
  });
  return all;
}

}  // namespace monge::pack
