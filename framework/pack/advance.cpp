#include "pack/advance.h"

#include <algorithm>

#include "pack/gradients.h"
#include "pack/packed_view.h"
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

// The generators stand still: their samples for the next `updates`, the next one last, in larger products
// than one update's. Empty where the generators' pass is not by hand.
std::vector<Tensor> fakes_ahead(const Runs& runs, std::int64_t updates) {
  const train::Game& game = *runs.game;
  if (!game.strategy.generator_by_hand || game.fixed_generator()) return {};
  at::NoGradGuard no_grad;
  const PackedView view(runs.clock);
  const auto latent = latent_batches(game, runs.clock, Purpose::latent_critic, runs.clock.updates, updates);
  const auto pass =
      view.pass(*game.generator, runs.generators.values(), runs.generators.buffers(), latent, updates);
  const Tensor x = pass->output();
  std::vector<Tensor> fakes;
  for (std::int64_t i = updates; i-- > 0;)
    fakes.push_back(x.narrow(1, i * game.settings.batch_size, game.settings.batch_size));
  return fakes;
}

// Samples of one update, without a graph: the next of those `ahead`, where there are any.
Batch fakes(const Runs& runs, const Tensor& label, std::vector<Tensor>& ahead) {
  const train::Game& game = *runs.game;
  if (game.fixed_generator()) return {fixed_batches(game, runs.clock), {}};
  if (!ahead.empty()) {
    const Tensor next = ahead.back();
    ahead.pop_back();
    return {next, label};
  }
  at::NoGradGuard no_grad;
  const auto latent = latent_batches(game, runs.clock, Purpose::latent_critic, runs.clock.updates);
  const PackedView view(runs.clock);
  const auto x = forward(*game.generator, view.seen(latent),
                         {.parameters = all_seen(view, runs.generators.leaves()),
                          .buffers = all_seen(view, runs.generators.buffers()),
                          .labels = view.seen(label),
                          .bf16 = game.settings.bf16});
  return {view.whole(x), label};
}

train::CriticCost update_critics(Runs& runs, std::vector<Tensor>& ahead) {
  project(runs, Enforcer::When::before);
  const Batch real = real_batches(*runs.game, runs.clock, Purpose::data_critic, runs.clock.updates);
  const Batch fake = fakes(runs, real.label, ahead);
  runs.critics.begin_update(runs.clock.updates);
  train::CriticCost cost = critic_gradient(runs, real, fake);
  runs.critics.end_update();
  project(runs, Enforcer::When::after);
  return cost;
}

Tensor update_generators(Runs& runs) {
  const train::Game& game = *runs.game;
  train::GeneratorTurn turn;
  turn.label = asked_labels(game, runs.clock);
  turn.latent = latent_batches(game, runs.clock, Purpose::latent_generator, runs.clock.steps);
  if (game.reads.generator_real)
    turn.real = real_batches(game, runs.clock, Purpose::data_generator, runs.clock.steps);
  runs.generators.begin_update(runs.clock.steps);
  Tensor loss = generator_gradient(runs, turn);
  runs.generators.end_update();
  return loss;
}

}  // namespace

void advance(Runs& runs, std::int64_t updates) {
  train::CriticCost cost;
  std::vector<Tensor> ahead;
  for (std::int64_t i = 0; i < updates; ++i) {
    if (ahead.empty()) ahead = fakes_ahead(runs, std::min(updates - i, runs.game->strategy.updates_ahead));
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
  runs.sheet.write(cost, generator_loss, runs.critics, runs.generators);
}

}  // namespace monge::pack
