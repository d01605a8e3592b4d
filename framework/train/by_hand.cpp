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

// Of the sum over runs, of which none reads another's leaves; undefined where it does not read a leaf.
std::vector<Tensor> gradients_of(const Tensor& cost, const std::vector<Tensor>& leaves) {
  return grad({cost}, leaves, {at::ones_like(cost)}, false, false, /*allow_unused=*/true);
}

// The critic at an enforcer's points; its slope there as a leaf, undefined where it is not read.
struct Looked {
  Pass pass;
  Tensor slope;
};

// A gradient as the sum of parts that go through passes: it is made when all of them are known.
struct Sum {
  struct Part {
    HandPass* pass;
    Tensor by;
    bool by_slope;  // of the pass; else by its scores
  };
  std::vector<Part> parts;

  /// `by`, what the cost's gradient is by scores or a slope; undefined: nothing reads them.
  void add(HandPass& pass, const Tensor& by, bool by_slope) {
    if (by.defined()) parts.push_back({&pass, by, by_slope});
  }

  void make(Moments& moments) const {
    if (parts.empty() || parts.front().by_slope) moments.gradient.zero_();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      if (part.by_slope) {
        part.pass->add_slope_gradient(part.by, moments.gradients);
        continue;
      }
      const bool fresh = i == 0;
      const Part* slope = i + 1 < parts.size() && parts[i + 1].by_slope ? &parts[++i] : nullptr;
      const Gradients gradients{moments.gradients, fresh, fresh && i + 1 == parts.size()};
      part.pass->back(part.by.unsqueeze(-1), /*to_input=*/false);
      if (slope != nullptr)
        slope->pass->add_both(*part.pass, slope->by, gradients);
      else
        part.pass->add_gradient(gradients);
    }
  }
};

// The critic's scores of both batches, by one pass over 2B samples or two over B.
struct Scored {
  std::vector<Pass> passes;
  std::vector<Tensor> leaves;  // whole; of real samples, of fake ones
  Scores scores;               // seen, as all that plugins are given
};

// Both batches as one, along dimension `d`: as they lie, or else a copy.
Tensor joined(const Tensor& real, const Tensor& fake, std::int64_t d) {
  const bool together = real.is_alias_of(fake) && real.sizes() == fake.sizes() &&
                        real.strides() == fake.strides() &&
                        fake.storage_offset() - real.storage_offset() == real.size(d) * real.stride(d);
  if (!together) return at::cat({real, fake}, d);
  auto sizes = real.sizes().vec();
  sizes[static_cast<std::size_t>(d)] *= 2;
  return real.as_strided(sizes, real.strides());
}

Scored scored(const Game& game, const Arena& critic, const Batch& real, const Batch& fake, const View& view) {
  Scored both;
  const auto pass = [&](const Tensor& x) {
    both.passes.push_back(view.pass(*game.critic, critic.values, critic.buffers, x));
    return both.passes.back()->output().squeeze(-1);
  };
  const auto real_x = view.seen(real.x), fake_x = view.seen(fake.x);
  if (game.strategy.joint_batch) {
    const Tensor score = pass(joined(real.x, fake.x, real.x.dim() - real_x.dim()));
    both.leaves = {leaf(score.narrow(-1, 0, real_x.size(0))),
                   leaf(score.narrow(-1, real_x.size(0), fake_x.size(0)))};
  } else {
    both.leaves = {leaf(pass(real.x)), leaf(pass(fake.x))};
  }
  both.scores.real = view.seen(both.leaves[0]);
  both.scores.fake = view.seen(both.leaves[1]);
  both.scores.real_x = real_x;
  both.scores.fake_x = fake_x;
  both.scores.label = view.seen(real.label);
  both.scores.fake_label = view.seen(fake.label);
  return both;
}

// The first two, of real and of fake scores, become one, of both.
void join_pair(std::vector<Tensor>& by, const std::vector<Tensor>& leaves) {
  if (by[0].defined() || by[1].defined()) {
    for (const std::size_t i : {0, 1})
      if (!by[i].defined()) by[i] = at::zeros_like(leaves[i]);
    by[1] = at::cat({by[0], by[1]}, -1);
  }
  by.erase(by.begin());
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
  auto by = gradients_of(view.whole(cost.total()), both.leaves);
  if (both.passes.size() == 1) join_pair(by, both.leaves);
  Sum gradient;
  auto next = by.begin();
  for (auto& pass : both.passes) gradient.add(*pass, *next++, false);
  for (auto& looked : looks) {
    const Tensor by_score = *next++;
    if (looked.slope.defined()) gradient.add(*looked.pass, *next++, true);
    gradient.add(*looked.pass, by_score, false);
  }
  gradient.make(progress.critic_moments);
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
  return {view.whole(forward(*game.generator, view.seen(turn.latent),
                             {.parameters = all_seen(view, arena.leaves),
                              .buffers = all_seen(view, arena.buffers),
                              .labels = view.seen(turn.label)})),
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
  fake.pass->add_gradient({moments.gradients, /*fresh=*/true, /*whole=*/true});
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
  const auto loss = calling(game.loss.key(), "generator", [&] { return game.loss->generator(scores); });
  const auto by = gradients_of(view.whole(loss), {score_leaf, x_leaf});
  Tensor by_sample = by[1];
  if (by[0].defined()) {
    const Tensor slope = pass->back(by[0].unsqueeze(-1), /*to_input=*/true);
    by_sample = by_sample.defined() ? by_sample + slope : slope;
  }
  gather_generator(progress, fake, by_sample.defined() ? by_sample : at::zeros_like(x_leaf));
  view.settle();
  return loss.detach();
}

}  // namespace monge::train::by_hand
