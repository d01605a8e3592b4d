// The players' gradients where the critic is piecewise linear (affine_pass.h): autograd sees the loss and the
// penalties as functions of scores and slopes, the networks' part is written down.
#include <torch/autograd.h>

#include <memory>
#include <utility>

#include "train/calling.h"
#include "train/forward.h"
#include "train/gradients.h"
#include "train/view.h"

namespace monge::train::by_hand {
namespace {

using torch::autograd::grad;

Tensor leaf(const Tensor& value) { return value.detach().requires_grad_(); }

using Pass = std::unique_ptr<HandPass>;

// The critic at an enforcer's points; its slope there as a leaf, undefined where it is not read.
struct Looked {
  Pass pass;
  Tensor slope;
};

// A gradient in the making: the first part of it is written over what was there.
struct Sum {
  Moments& moments;
  bool fresh = true;

  /// The part that goes through the scores of `pass`; undefined: nothing reads them.
  void add(HandPass& pass, const Tensor& by_score) {
    if (!by_score.defined()) return;
    pass.back(by_score.unsqueeze(-1), /*to_input=*/false);
    pass.add_gradient(moments.gradients, std::exchange(fresh, false));
  }
  /// The part that goes through its slope.
  void add_slope(const HandPass& pass, const Tensor& by_slope) {
    if (!by_slope.defined()) return;
    end();
    pass.add_slope_gradient(by_slope, moments.gradients);
  }
  void end() {
    if (std::exchange(fresh, false)) moments.gradient.zero_();
  }
};

// The critic's scores of both batches: passes over one batch of 2B or two of B, and their scores as leaves.
struct Scored {
  std::vector<Pass> passes;
  std::vector<Tensor> leaves;  // whole
  Scores scores;               // seen, as all that plugins are given
};

Scored scored(const Game& game, const Arena& critic, const Batch& real, const Batch& fake, const View& view) {
  Scored both;
  const auto pass = [&](const Tensor& x) {
    both.passes.push_back(view.pass(*game.critic, critic.values, critic.buffers, x));
    both.leaves.push_back(leaf(both.passes.back()->output().squeeze(-1)));
    return view.seen(both.leaves.back());
  };
  const auto real_x = view.seen(real.x), fake_x = view.seen(fake.x);
  if (game.strategy.joint_batch) {
    const Tensor score = pass(view.whole(at::cat({real_x, fake_x})));
    both.scores.real = score.narrow(0, 0, real_x.size(0));
    both.scores.fake = score.narrow(0, real_x.size(0), fake_x.size(0));
  } else {
    both.scores.real = pass(real.x);
    both.scores.fake = pass(fake.x);
  }
  both.scores.real_x = real_x;
  both.scores.fake_x = fake_x;
  both.scores.label = view.seen(real.label);
  both.scores.fake_label = view.seen(fake.label);
  return both;
}

}  // namespace

CriticCost critic_gradient(const Game& game, Progress& progress, const Batch& real, const Batch& fake,
                           const View& view) {
  const Arena& critic = progress.critic;
  Scored both = scored(game, critic, real, fake, view);
  std::vector<Looked> looks;
  const auto look_at = [&](const BoundEnforcer& enforcer, const Tensor& x) {
    Look look;
    look.x = x;
    if (!enforcer.reads_score && !enforcer.reads_slope) return look;
    Pass pass = view.pass(*game.critic, critic.values, critic.buffers, view.whole(x));
    both.leaves.push_back(leaf(pass->output().squeeze(-1)));
    look.score = view.seen(both.leaves.back());
    Tensor slope;
    if (enforcer.reads_slope) {
      slope = leaf(pass->back(at::ones_like(pass->output()), /*to_input=*/true));
      both.leaves.push_back(slope);
      look.slope = view.seen(slope);
    }
    looks.push_back({std::move(pass), slope});
    return look;
  };
  const auto cost = cost_of(game, progress, both.scores, look_at, view);
  const auto by =
      grad({view.whole(cost.total()).sum()}, both.leaves, {}, false, false, /*allow_unused=*/true);
  Sum gradient{progress.critic_moments};
  auto next = by.begin();
  for (auto& pass : both.passes) gradient.add(*pass, *next++);
  for (auto& looked : looks) {
    const Tensor by_score = *next++;
    gradient.add_slope(*looked.pass, looked.slope.defined() ? *next++ : Tensor());
    gradient.add(*looked.pass, by_score);
  }
  gradient.end();
  view.settle();
  return cost.detached();
}

namespace {

// The generator's turn: samples as a function of its parameters, by a pass or by autograd; whole.
struct Made {
  Tensor x;
  Pass pass;
};

Made made(const Game& game, const Progress& progress, const GeneratorTurn& turn, const View& view) {
  const auto& arena = progress.generator;
  if (game.strategy.generator_by_hand) {
    auto pass = view.pass(*game.generator, arena.values, arena.buffers, turn.latent);
    return {pass->output(), std::move(pass)};
  }
  const auto seen = [&](const std::vector<Tensor>& whole) {
    std::vector<Tensor> all;
    for (const Tensor& one : whole) all.push_back(view.seen(one));
    return all;
  };
  const auto leaves = seen(arena.leaves), buffers = seen(arena.buffers);
  return {view.whole(forward(*game.generator, view.seen(turn.latent),
                             {.parameters = leaves, .buffers = buffers, .labels = view.seen(turn.label)})),
          nullptr};
}

// The generator's gradient from that of its samples.
void gather_generator(Progress& progress, const Made& fake, const Tensor& by_sample) {
  auto& moments = progress.generator_moments;
  if (fake.pass == nullptr) {
    gather(grad({fake.x}, progress.generator.leaves, {by_sample}, false, false, /*allow_unused=*/true),
           moments);
    return;
  }
  fake.pass->back(by_sample, /*to_input=*/false);
  fake.pass->add_gradient(moments.gradients, /*fresh=*/true);
}

}  // namespace

Tensor generator_gradient(const Game& game, Progress& progress, const GeneratorTurn& turn, const View& view) {
  const Arena& critic = progress.critic;
  const auto score = [&](const Tensor& x) {
    return view.pass(*game.critic, critic.values, critic.buffers, x);
  };
  const Made fake = made(game, progress, turn, view);
  const Pass pass = score(fake.x.detach());
  const auto score_leaf = leaf(pass->output().squeeze(-1)), x_leaf = leaf(fake.x);
  Scores scores;
  scores.fake = view.seen(score_leaf);
  scores.fake_x = view.seen(x_leaf);
  scores.fake_label = view.seen(turn.label);
  if (game.reads.generator_real) {
    scores.real_x = view.seen(turn.real.x);
    scores.label = view.seen(turn.real.label);
    scores.real = view.seen(score(turn.real.x)->output().squeeze(-1));
  }
  const auto loss = calling(game.loss.key(), [&] { return game.loss->generator(scores); });
  const auto by =
      grad({view.whole(loss).sum()}, {score_leaf, x_leaf}, {}, false, false, /*allow_unused=*/true);
  Tensor by_sample = by[1].defined() ? by[1] : at::zeros_like(x_leaf);
  if (by[0].defined()) by_sample = by_sample + pass->back(by[0].unsqueeze(-1), /*to_input=*/true);
  gather_generator(progress, fake, by_sample);
  view.settle();
  return loss.detach();
}

}  // namespace monge::train::by_hand
