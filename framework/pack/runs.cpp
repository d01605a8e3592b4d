#include "pack/runs.h"

namespace monge::pack {
namespace {

using train::Progress;

constexpr Player kGenerator{&Progress::generator, &Progress::generator_moments, &train::Settings::generator,
                            true};
constexpr Player kCritic{&Progress::critic, &Progress::critic_moments, &train::Settings::critic, false};

}  // namespace

Runs::Runs(const std::vector<Member>& seats)
    : game(seats),
      clock(seats),
      generators(*game->generator, seats, kGenerator),
      critics(*game->critic, seats, kCritic),
      states(seats),
      first_bad(stacked(seats, [](const Member& seat) { return seat.progress->first_bad; })) {}

void Runs::hand_row(std::size_t k, Progress& progress, bool taken) {
  at::NoGradGuard no_grad;
  generators.hand_row(*game->generator, k, progress, taken);
  critics.hand_row(*game->critic, k, progress, taken);
  states.hand_row(k, progress, taken);
  pack::hand_row(progress.first_bad, first_bad, k, taken);
}

std::vector<Tensor> Runs::state() const {
  std::vector<Tensor> all = {clock.updates, clock.steps, first_bad};
  for (const auto& more : {generators.state(), critics.state(), states.all()})
    all.insert(all.end(), more.begin(), more.end());
  if (sheet.numbers().defined()) all.push_back(sheet.numbers());
  return all;
}

}  // namespace monge::pack
