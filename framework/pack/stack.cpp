#include "pack/stack.h"

#include <algorithm>
#include <cmath>

#include "kernels/optimise.h"
#include "train/views.h"

namespace monge::pack {

using train::Arena;
using train::Moments;

namespace {

// Elements: so that every run's parameters begin where four floats may be read at once.
constexpr std::int64_t kAligned = 4;

}  // namespace

Stack::Stack(const train::Network& network, const std::vector<Member>& seats, Player player)
    : player_(player),
      size_(network.size()),
      by_second_(kernels::by_second_alone(seats.front().game->settings.*player.optimizer)) {
  at::NoGradGuard no_grad;
  const std::int64_t unused = (kAligned - network.size() % kAligned) % kAligned;
  const auto padded = [&](const Tensor& rows) {
    return rows.defined() ? at::constant_pad_nd(rows, {0, unused}) : rows;
  };
  const auto of_arena = [&](Tensor Arena::*part) {
    return stacked(seats, [&](const Member& seat) { return seat.progress->*player.arena.*part; });
  };
  const auto of_moments = [&](Tensor Moments::*part) {
    return stacked(seats, [&](const Member& seat) { return seat.progress->*player.moments.*part; });
  };
  flat_ = padded(of_arena(&Arena::flat));
  flat_buffers_ = of_arena(&Arena::flat_buffers);
  gradients_.gradient = padded(of_moments(&Moments::gradient));
  gradients_.gradients = train::views(gradients_.gradient, network.parameters(), &train::Parameter::shape);
  first_ = padded(of_moments(&Moments::first));
  second_ = padded(of_moments(&Moments::second));
  steps_ = of_moments(&Moments::step);
  if (player.averaged)
    average_ = padded(stacked(seats, [](const Member& seat) { return seat.progress->average; }));
  values_ = train::views(flat_, network.parameters(), &train::Parameter::shape);
  for (const Tensor& value : values_) leaves_.push_back(value.detach().requires_grad_());
  buffers_ = train::views(flat_buffers_, network.buffers(), &train::Buffer::shape);
  update_.emplace(kernels::Stack{flat_, gradients_.gradient, first_, second_, average_, steps_});
}

void Stack::hand_row(const train::Network& network, std::size_t k, train::Progress& progress, bool taken) {
  at::NoGradGuard no_grad;
  auto& arena = progress.*player_.arena;
  auto& moments = progress.*player_.moments;
  const auto hand = [&](Tensor& own, const Tensor& all) { pack::hand_row(own, all, k, taken); };
  hand(arena.flat, flat_);
  hand(arena.flat_buffers, flat_buffers_);
  hand(moments.first, first_);
  hand(moments.second, second_);
  hand(moments.step, steps_);
  if (taken) moments.gradient.zero_();  // of the last update, which was another pack's
  hand(moments.gradient, gradients_.gradient);
  if (player_.averaged) hand(progress.average, average_);
  arena = Arena(network, arena.flat, arena.flat_buffers);
  moments = Moments(arena.values, moments.first, moments.second, moments.step, moments.gradient);
  rates_.clear();  // the settings are somebody else's
}

std::vector<Tensor> Stack::state() const {
  std::vector<Tensor> all = {flat_, flat_buffers_, gradients_.gradient, first_, second_, steps_};
  if (average_.defined()) all.push_back(average_);
  return all;
}

Tensor Stack::largest(bool changed) const {
  // Numbers that are nobody's are updated with the others, and need not stay numbers.
  return changed ? at::linalg_vector_norm(flat_.narrow(1, 0, size_), INFINITY, {1}) : update_->largest(size_);
}

void Stack::plan(const std::vector<Member>& seats) {
  std::vector<double> rates;
  for (const Member& seat : seats)
    rates.push_back(learning_rate_at(seat.game->settings.*player_.optimizer, seat.progress->step + 1));
  if (rates == rates_) return;
  std::vector<kernels::Optimizer> runs;
  for (std::size_t k = 0; k < seats.size(); ++k) {
    const auto& settings = seats[k].game->settings;
    runs.push_back(
        {.settings = settings.*player_.optimizer, .learning_rate = rates[k], .average = settings.ema});
  }
  const Tensor table = kernels::optimizer_table(runs);
  if (settings_.defined())  // from pinned memory, so that the host need not wait for the steps under way
    settings_.copy_(flat_.is_cuda() ? table.pin_memory() : table, /*non_blocking=*/true);
  else
    settings_ = table.to(flat_.device());
  rates_ = std::move(rates);
}

void Stack::begin_update(const Tensor& updates) { update_->begin(settings_, updates, by_second_); }

void Stack::end_update() {
  at::NoGradGuard no_grad;
  update_->finish();
}

}  // namespace monge::pack
