#include "pack/gradients.h"

#include <torch/autograd.h>

#include "pack/packed_view.h"

namespace monge::pack {
namespace {

using torch::autograd::grad;
using train::Batch;
using train::Progress;
using train::View;

Batch seen_batch(const View& view, const Batch& whole) {
  return {view.seen(whole.x), view.seen(whole.label)};
}

train::CriticCost whole(const View& view, const train::CriticCost& seen) {
  return {view.whole(seen.loss), view.whole(seen.penalty), view.whole(seen.real), view.whole(seen.fake),
          view.whole(seen.slope)};
}

// One run's progress with everybody's tensors in the place of its own.
Progress seen(const Runs& runs, const View& view) {
  Progress one = runs.states.seen(view);
  one.critic.leaves = all_seen(view, runs.critics.leaves());
  one.critic.values = one.critic.leaves;
  one.generator.leaves = all_seen(view, runs.generators.leaves());
  one.generator.buffers = all_seen(view, runs.generators.buffers());
  return one;
}

// The players as they lie, for gradients by hand; enforcers' states as one run's.
Progress with_whole_players(Runs& runs, const View& view) {
  Progress all = runs.states.seen(view);
  const auto give = [](Stack& stack, train::Arena& arena, train::Moments& moments) {
    arena.values = stack.values();
    arena.leaves = stack.leaves();
    arena.buffers = stack.buffers();
    moments = stack.gradients();
  };
  give(runs.critics, all.critic, all.critic_moments);
  give(runs.generators, all.generator, all.generator_moments);
  return all;
}

train::CriticCost critic_by_autograd(Runs& runs, const Batch& real, const Batch& fake) {
  train::CriticCost cost;
  {
    const PackedView view(runs.clock);
    runs.game.show_to(view);
    Progress one = seen(runs, view);
    cost = whole(view, critic_cost(*runs.game, one, seen_batch(view, real), seen_batch(view, fake), view));
    runs.states.keep(one, view);
  }
  gather(grad({cost.total().sum()}, runs.critics.leaves(), {}, false, false, /*allow_unused=*/true),
         runs.critics.gradients());
  return cost.detached();
}

train::CriticCost critic_by_hand(Runs& runs, const Batch& real, const Batch& fake) {
  const PackedView view(runs.clock, runs.critics.update_begun());
  runs.game.show_to(view);
  Progress one = with_whole_players(runs, view);
  auto cost = whole(view, train::by_hand::critic_gradient(*runs.game, one, real, fake, view));
  runs.states.keep(one, view);
  return cost;
}

Tensor generator_by_autograd(Runs& runs, const train::GeneratorTurn& turn) {
  Tensor loss;
  {
    const PackedView view(runs.clock);
    runs.game.show_to(view);
    loss = view.whole(
        generator_loss(*runs.game, seen(runs, view),
                       {view.seen(turn.latent), view.seen(turn.label), seen_batch(view, turn.real)}));
  }
  gather(grad({loss.sum()}, runs.generators.leaves(), {}, false, false, /*allow_unused=*/true),
         runs.generators.gradients());
  return loss.detach();
}

Tensor generator_by_hand(Runs& runs, const train::GeneratorTurn& turn) {
  const PackedView view(runs.clock, runs.generators.update_begun());
  runs.game.show_to(view);
  Progress one = with_whole_players(runs, view);
  return view.whole(train::by_hand::generator_gradient(*runs.game, one, turn, view));
}

}  // namespace

train::CriticCost critic_gradient(Runs& runs, const Batch& real, const Batch& fake) {
  return runs.game->strategy.by_hand ? critic_by_hand(runs, real, fake)
                                     : critic_by_autograd(runs, real, fake);
}

Tensor generator_gradient(Runs& runs, const train::GeneratorTurn& turn) {
  return runs.game->strategy.by_hand ? generator_by_hand(runs, turn) : generator_by_autograd(runs, turn);
}

}  // namespace monge::pack
