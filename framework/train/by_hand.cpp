// The players' gradients where the critic is piecewise linear (affine_pass.h): autograd sees the loss and the
// penalties as functions of scores and slopes, the networks' part is written down.
#include <torch/autograd.h>

#include <memory>
#include <utility>

#include "train/affine_pass.h"
#include "train/batches.h"
#include "train/calling.h"
#include "train/forward.h"
#include "train/gradients.h"

namespace monge::train::by_hand {
namespace {

using torch::autograd::grad;

Tensor leaf(const Tensor& value) { return value.detach().requires_grad_(); }

// The critic at an enforcer's points; its slope there as a leaf, undefined where it is not read.
struct Looked {
  AffinePass pass;
  Tensor slope;
};

// Adds the part of the gradient that goes through the scores of `pass`; undefined: nothing reads them.
void add_gradient(AffinePass& pass, const Tensor& by_score, const std::vector<Tensor>& gradients) {
  if (!by_score.defined()) return;
  pass.back(by_score.unsqueeze(1), /*to_input=*/false);
  pass.add_gradient(gradients);
}

// The critic's scores of both batches: passes over one batch of 2B or two of B, and their scores as leaves.
struct Scored {
  std::vector<AffinePass> passes;
  std::vector<Tensor> leaves;
  Scores scores;
};

Scored scored(const Game& game, const std::vector<Tensor>& parameters, const Batch& real, const Batch& fake) {
  Scored both;
  const auto pass = [&](const Tensor& x) -> const Tensor& {
    both.passes.emplace_back(*game.critic, parameters, x);
    both.leaves.push_back(leaf(both.passes.back().output().squeeze(1)));
    return both.leaves.back();
  };
  if (game.strategy.joint_batch) {
    const Tensor score = pass(at::cat({real.x, fake.x}));
    both.scores.real = score.narrow(0, 0, real.x.size(0));
    both.scores.fake = score.narrow(0, real.x.size(0), fake.x.size(0));
  } else {
    both.scores.real = pass(real.x);
    both.scores.fake = pass(fake.x);
  }
  both.scores.real_x = real.x;
  both.scores.fake_x = fake.x;
  both.scores.label = real.label;
  both.scores.fake_label = fake.label;
  return both;
}

}  // namespace

CriticCost critic_gradient(const Game& game, Progress& progress, const Batch& real, const Batch& fake) {
  const auto& parameters = progress.critic.values;
  Scored both = scored(game, parameters, real, fake);
  std::vector<Looked> looks;
  const auto look_at = [&](const BoundEnforcer& enforcer, const Tensor& x) {
    Look look;
    look.x = x;
    if (!enforcer.reads_score && !enforcer.reads_slope) return look;
    AffinePass pass(*game.critic, parameters, x);
    look.score = leaf(pass.output().squeeze(1));
    both.leaves.push_back(look.score);
    if (enforcer.reads_slope) {
      look.slope = leaf(pass.back(at::ones_like(pass.output()), /*to_input=*/true));
      both.leaves.push_back(look.slope);
    }
    looks.push_back({std::move(pass), look.slope});
    return look;
  };
  const auto cost = cost_of(game, progress, both.scores, look_at);
  const auto by = grad({cost.total()}, both.leaves, {}, false, false, /*allow_unused=*/true);
  progress.critic_moments.gradient.zero_();
  const auto& gradients = progress.critic_moments.gradients;
  auto next = by.begin();
  for (auto& pass : both.passes) add_gradient(pass, *next++, gradients);
  for (auto& looked : looks) {
    const Tensor by_score = *next++;
    const Tensor by_slope = looked.slope.defined() ? *next++ : Tensor();
    if (by_slope.defined()) looked.pass.add_slope_gradient(by_slope, gradients);
    add_gradient(looked.pass, by_score, gradients);
  }
  return cost.detached();
}

namespace {

// The generator's turn: samples as a function of its parameters, by a pass or by autograd.
struct Made {
  Batch batch;
  std::unique_ptr<AffinePass> pass;
};

Made made(const Game& game, const Progress& progress) {
  const auto latent = latent_batch(game, Purpose::latent_generator, progress.step);
  const auto label = asked_labels(game, progress.step);
  const auto& arena = progress.generator;
  if (game.strategy.generator_by_hand) {
    auto pass = std::make_unique<AffinePass>(*game.generator, arena.values, latent);
    return {{pass->output(), label}, std::move(pass)};
  }
  return {{forward(*game.generator, latent,
                   {.parameters = arena.leaves, .buffers = arena.buffers, .labels = label}),
           label},
          nullptr};
}

// The generator's gradient from that of its samples.
void gather_generator(Progress& progress, const Made& fake, const Tensor& by_sample) {
  auto& moments = progress.generator_moments;
  if (fake.pass == nullptr) {
    gather(grad({fake.batch.x}, progress.generator.leaves, {by_sample}, false, false, /*allow_unused=*/true),
           progress.generator.values, moments);
    return;
  }
  moments.gradient.zero_();
  fake.pass->back(by_sample, /*to_input=*/false);
  fake.pass->add_gradient(moments.gradients);
}

}  // namespace

Tensor generator_gradient(const Game& game, Progress& progress) {
  const auto fake = made(game, progress);
  const auto& parameters = progress.critic.values;
  AffinePass pass(*game.critic, parameters, fake.batch.x.detach());
  Scores scores;
  scores.fake = leaf(pass.output().squeeze(1));
  scores.fake_x = leaf(fake.batch.x);
  scores.fake_label = fake.batch.label;
  if (game.reads.generator_real) {
    const auto real = real_batch(game, Purpose::data_generator, progress.step);
    scores.real_x = real.x;
    scores.label = real.label;
    scores.real = AffinePass(*game.critic, parameters, real.x).output().squeeze(1);
  }
  const auto loss = calling(game.loss.key(), [&] { return game.loss->generator(scores); });
  const auto by = grad({loss}, {scores.fake, scores.fake_x}, {}, false, false, /*allow_unused=*/true);
  Tensor by_sample = by[1].defined() ? by[1] : at::zeros_like(scores.fake_x);
  if (by[0].defined()) by_sample = by_sample + pass.back(by[0].unsqueeze(1), /*to_input=*/true);
  gather_generator(progress, fake, by_sample);
  return loss.detach();
}

}  // namespace monge::train::by_hand
