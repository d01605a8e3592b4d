#include "pack/advance.h"

#include <algorithm>

#include "pack/gradients.h"
#include "pack/packed_view.h"
#include "stacked/pass.h"
#include "train/enforcing.h"
#include "train/forward.h"

namespace monge::pack {
namespace {

using train::Batch;
using train::Purpose;

void project(Runs& runs, Enforcer::When when) {
  if (!runs.game->projects(when)) return;
  const PackedView view(runs.clock);
  runs.game.show_to(view);
  train::project(*runs.game, runs.critics.values(), when, view);
}

// What the critics are given in one update.
struct Pair {
  Batch real, fake;
};

// The generators stand still: what the next `updates` are given, the next one last, by larger kernels than
// one update's; a real batch and a fake one lie together, as the critic's pass wants them. Empty where the
// generators' pass is not by hand.
std::vector<Pair> pairs_ahead(const Runs& runs, std::int64_t updates) {
  const train::Game& game = *runs.game;
  if (!game.strategy.generator_by_hand || game.fixed_generator()) return {};
  at::NoGradGuard no_grad;
  const auto latent = latent_batches(game, runs.clock, Purpose::latent_critic, runs.clock.updates, updates);
  Shape shape = {latent.size(0), updates, 2, game.settings.batch_size};
  const auto& sample = game.generator->layers().back().out;
  shape.insert(shape.end(), sample.begin(), sample.end());
  const auto all = at::empty(shape, game.options), real = all.select(2, 0), fake = all.select(2, 1);
  const auto label = real_batches_ahead(game, runs.clock, real);
  stacked::make_batches(*game.generator, runs.generators.values(), runs.generators.buffers(), latent, fake);
  std::vector<Pair> pairs;
  for (std::int64_t i = updates; i-- > 0;) {
    const auto own = label.defined() ? label.select(1, i) : Tensor();
    pairs.push_back({{real.select(1, i), own}, {fake.select(1, i), own}});
  }
  return pairs;
}

// Of one update, without a graph.
Pair pair(const Runs& runs) {
  const train::Game& game = *runs.game;
  const Batch real = real_batches(game, runs.clock, Purpose::data_critic, runs.clock.updates);
  if (game.fixed_generator()) return {real, {fixed_batches(game, runs.clock), {}}};
  at::NoGradGuard no_grad;
  const auto latent = latent_batches(game, runs.clock, Purpose::latent_critic, runs.clock.updates);
  const PackedView view(runs.clock);
  const auto x = forward(*game.generator, view.seen(latent),
                         {.parameters = all_seen(view, runs.generators.leaves()),
                          .buffers = all_seen(view, runs.generators.buffers()),
                          .labels = view.seen(real.label),
                          .bf16 = game.settings.bf16});
  return {real, {view.whole(x), real.label}};
}

train::CriticCost update_critics(Runs& runs, std::vector<Pair>& ahead) {
  project(runs, Enforcer::When::before);
  const Pair given = ahead.empty() ? pair(runs) : ahead.back();
  if (!ahead.empty()) ahead.pop_back();
  runs.critics.begin_update(runs.clock.updates);
  train::CriticCost cost = critic_gradient(runs, given.real, given.fake);
  runs.critics.end_update();
  project(runs, Enforcer::When::after);
  return cost;
}

Tensor update_generators(Runs& runs) {
  const train::Game& game = *runs.game;
  train::GeneratorTurn turn;
  turn.latent = latent_batches(game, runs.clock, Purpose::latent_generator, runs.clock.steps);
  if (game.reads.generator_real)
    turn.real = real_batches(game, runs.clock, Purpose::data_generator, runs.clock.steps);
  // As train::generator_turn has them.
  turn.label = turn.real.label.defined() ? turn.real.label : asked_labels(game, runs.clock);
  runs.generators.begin_update(runs.clock.steps);
  Tensor loss = generator_gradient(runs, turn);
  runs.generators.end_update();
  return loss;
}

}  // namespace

void advance(Runs& runs, std::int64_t updates) {
  train::CriticCost cost;
  std::vector<Pair> ahead;
  for (std::int64_t i = 0; i < updates; ++i) {
    if (ahead.empty()) ahead = pairs_ahead(runs, std::min(updates - i, runs.game->strategy.updates_ahead));
    cost = update_critics(runs, ahead);
  }
  Tensor generator_loss, all = cost.total();
  if (!runs.game->fixed_generator()) {
    generator_loss = update_generators(runs);
    all = all + generator_loss;
  } else {
    runs.clock.steps.add_(1);
  }
  const auto bad = at::isfinite(all).logical_not().logical_and(runs.first_bad < 0);
  runs.first_bad.copy_(at::where(bad, runs.clock.steps, runs.first_bad));
  runs.sheet.write(cost, generator_loss, runs.critics, runs.generators,
                   runs.critics.largest(/*changed=*/runs.game->projects(Enforcer::When::after)));
}

}  // namespace monge::pack
