#include "pack/clock.h"

#include "kernels/draws.h"
#include "kernels/gather.h"

namespace monge::pack {
namespace {

using train::Game;
using train::Purpose;

template <class Number>
Tensor of_each(const std::vector<Member>& seats, Number number) {
  std::vector<std::int64_t> each;
  for (const Member& seat : seats) each.push_back(static_cast<std::int64_t>(number(seat)));
  return at::tensor(each, at::kLong).to(seats.front().game->options.device());
}

Tensor indices(const Game& game, const Clock& clock, Purpose purpose, const Tensor& counter, std::int64_t n) {
  return kernels::Draws(clock.seeds, counter, purpose, game.options).index({game.settings.batch_size}, n);
}

at::ScalarType precision_of(const Game& game) { return c10::typeMetaToScalarType(game.options.dtype()); }

Tensor picked(const Tensor& labels, const Tensor& index) {
  return labels.index_select(0, index.flatten()).view(index.sizes());
}

}  // namespace

Clock::Clock(const std::vector<Member>& seats)
    : seeds(of_each(seats, [](const Member& seat) { return seat.game->seed; })),
      updates(of_each(seats, [](const Member& seat) { return seat.progress->updates; })),
      steps(of_each(seats, [](const Member& seat) { return seat.progress->step; })) {}

void Clock::take(std::size_t k, const Member& member) {
  row(seeds, k).fill_(static_cast<std::int64_t>(member.game->seed));
  row(updates, k).fill_(member.progress->updates);
  row(steps, k).fill_(member.progress->step);
}

train::Batch real_batches(const Game& game, const Clock& clock, Purpose purpose, const Tensor& counter) {
  const auto index = indices(game, clock, purpose, counter, game.data->train.size(0));
  return {kernels::gather(game.data->train, index, precision_of(game)),
          game.reads.labels ? picked(game.data->train_label, index) : Tensor()};
}

Tensor real_batches_ahead(const Game& game, const Clock& clock, const Tensor& out) {
  const auto index = kernels::Draws(clock.seeds, clock.updates, Purpose::data_critic, game.options)
                         .in_a_row(out.size(1))
                         .index({game.settings.batch_size}, game.data->train.size(0));
  kernels::gather(game.data->train, index, out);
  return game.reads.labels ? picked(game.data->train_label, index) : Tensor();
}

Tensor fixed_batches(const Game& game, const Clock& clock) {
  const auto index = indices(game, clock, Purpose::latent_critic, clock.updates, game.data->fake.size(0));
  return kernels::gather(game.data->fake, index, precision_of(game));
}

Tensor latent_batches(const Game& game, const Clock& clock, Purpose purpose, const Tensor& counter,
                      std::int64_t counters) {
  return kernels::Draws(clock.seeds, counter, purpose, game.options)
      .in_a_row(counters)
      .normal({game.settings.batch_size, game.settings.latent})
      .flatten(1, 2);
}

Tensor asked_labels(const Game& game, const Clock& clock) {
  if (!game.reads.labels) return {};
  const Tensor& labels = game.data->train_label;
  return picked(labels, indices(game, clock, Purpose::label_generator, clock.steps, labels.size(0)));
}

}  // namespace monge::pack
