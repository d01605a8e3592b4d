#include "train/game.h"

#include <torch/autograd.h>

#include <algorithm>
#include <stdexcept>

#include "train/calling.h"
#include "train/draws.h"
#include "train/enforcing.h"
#include "train/forward.h"

namespace monge::train {
namespace {

// Which of `inputs` the scalar `output` depends on.
std::vector<bool> depends(const Tensor& output, const std::vector<Tensor>& inputs) {
  std::vector<bool> used(inputs.size(), false);
  if (!output.defined() || !output.requires_grad()) return used;
  const auto gradients =
      torch::autograd::grad({output}, inputs, {}, std::nullopt, false, /*allow_unused=*/true);
  for (std::size_t i = 0; i < inputs.size(); ++i) used[i] = gradients[i].defined();
  return used;
}

Scores made_up_scores(const Game& game) {
  constexpr std::int64_t kSamples = 4;
  Draws draws(0, Purpose::probe, 0, game.options);
  const auto leaf = [&](const Shape& shape) { return draws.normal(shape).requires_grad_(); };
  Scores scores;
  scores.real = leaf({kSamples});
  scores.fake = leaf({kSamples});
  scores.real_x = leaf(batch_of(kSamples, game.problem.sample));
  scores.fake_x = leaf(batch_of(kSamples, game.problem.sample));
  if (game.reads.labels)
    scores.label = scores.fake_label = at::arange(kSamples, game.options.dtype(at::kLong))
                                           .remainder(std::max<std::int64_t>(1, game.problem.classes));
  return scores;
}

void refuse(const std::string& fault) {
  if (!fault.empty()) throw std::runtime_error(fault);
}

std::vector<bool> probe_loss(const plugin::Bound<Loss>& loss, const Scores& scores) {
  const auto usable = [](const Tensor& cost, const char* function) {
    refuse(not_one_number(cost, function));
    refuse(without_gradient(cost, function));
  };
  calling(loss.key(), "critic", [&] { usable(loss->critic(scores), "critic"); });
  return calling(loss.key(), "generator", [&] {
    const Tensor cost = loss->generator(scores);
    usable(cost, "generator");
    return depends(cost, {scores.real, scores.real_x});
  });
}

// Whether the penalty reads scores or slopes, which a run does not make where no gradient goes to them.
bool needs_look(const BoundEnforcer& enforcer, Look look, State state) {
  look.score = look.slope = Tensor();
  try {
    enforcer.plugin->penalty(look, state);
  } catch (const std::exception&) {
    return true;
  }
  return false;
}

void probe_penalty(BoundEnforcer& enforcer, const Scores& scores, const Game& game) {
  Draws draws(0, Purpose::probe, 1, game.options);
  Look look;
  look.at = scores;
  if (enforcer.schema().has_points) {
    look.x = points_of(enforcer, scores, draws);
    look.score = draws.normal({look.x.size(0)}).requires_grad_();
    look.slope = draws.normal(look.x.sizes()).requires_grad_();
  }
  const State before = first_state(enforcer.schema(), {}, {}, draws, game.options);
  State state = before;
  const auto penalty =
      calling(enforcer.plugin.key(), "penalty", [&] { return enforcer.plugin->penalty(look, state); });
  refuse(not_one_number(penalty, "penalty"));
  refuse(other_states(state, before, "penalty"));
  if (!look.x.defined()) return;
  const auto used = depends(penalty, {look.score, look.slope});
  enforcer.reads_score = used[0];
  enforcer.reads_slope = used[1];
  if (!used[0] && !used[1] && needs_look(enforcer, look, before))
    refuse(
        "penalty() has a gradient neither to the scores nor to the slopes at its points: detach() cuts it");
}

}  // namespace

bool Game::maps_weights() const {
  for (const auto& enforcer : enforcers) {
    if (enforcer.schema().has_weight) return true;
  }
  return false;
}

bool Game::projects(Enforcer::When when) const {
  return std::any_of(enforcers.begin(), enforcers.end(),
                     [when](const BoundEnforcer& enforcer) { return enforcer.projects(when); });
}

std::vector<BoundEnforcer> bind_enforcers(plugin::Catalog& catalog, const nlohmann::json& tables) {
  std::vector<BoundEnforcer> enforcers;
  for (const auto& table : tables) {
    auto bound = plugin::bind<Enforcer>(catalog, table);
    const auto twins = std::count_if(enforcers.begin(), enforcers.end(),
                                     [&](const auto& other) { return other.plugin.key() == bound.key(); });
    const auto stream = stream_of(bound.key()) + static_cast<std::uint32_t>(twins);
    enforcers.push_back({std::move(bound), stream, false, false});
  }
  return enforcers;
}

std::int64_t critic_updates_at(const Settings& settings, std::int64_t step) {
  const std::int64_t before = step - 1;  // the original code counts from 0 and asks before the step
  return settings.warm_up && (before < 25 || before % 500 == 0) ? 100 : settings.critic_steps;
}

void probe(Game& game) {
  game.reads.labels = game.generator->conditional() || game.critic->conditional();
  const Scores scores = made_up_scores(game);
  const auto used = probe_loss(game.loss, scores);
  game.reads.generator_real = used[0] || used[1];
  for (auto& enforcer : game.enforcers) {
    if (!enforcer.schema().has_penalty) continue;
    calling(enforcer.plugin.key(), [&] { probe_penalty(enforcer, scores, game); });
  }
}

Tensor normalised(const Tensor& samples, at::TensorOptions options) {
  if (samples.scalar_type() != at::kByte) return samples.to(options);
  return samples.to(options).div_(127.5).sub_(1);
}

}  // namespace monge::train
