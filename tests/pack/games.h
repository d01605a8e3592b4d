// Runs of any loss, enforcer and architecture, to be trained together and alone.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "pack/pack.h"
#include "plugins/opened.h"
#include "train/guard.h"

namespace monge::test {

using train::Game;
using train::Progress;

struct Setup {
  Json loss, enforcer, architecture;
  Shape sample = {2};
  std::int64_t classes = 0;
  at::ScalarType precision = at::kDouble;
  double epsilon = 1e-8;       // of both optimisers
  Json each = Json::object();  // {"exponent": [2, 3]}: of the enforcer of run 0, 1, 0 again, ...
  std::int64_t critic_steps = 2;
  train::OptimizerSettings::Kind critic = train::OptimizerSettings::Kind::adam;
};

inline Samples samples_of(const Setup& setup) {
  Samples samples;
  Shape shape = setup.sample;
  shape.insert(shape.begin(), 64);
  samples.train = draws(1).normal(shape).tanh().to(at::kFloat);
  samples.test = samples.train;
  samples.range = shape.size() == 2 ? Range::unbounded : Range::symmetric;
  if (setup.classes > 0) samples.train_label = samples.test_label = draws(2).index({64}, setup.classes);
  return samples;
}

/// Game k of a pack: another seed, another learning rate, another bound or weight of the enforcer.
inline Game game_of(Opened& opened, const Samples& samples, const Setup& setup, int k) {
  Game game;
  game.settings.generator_steps = 20;
  game.settings.batch_size = 4;
  game.settings.critic_steps = setup.critic_steps;
  game.settings.critic.kind = setup.critic;
  game.settings.latent = 4;
  game.settings.critic.learning_rate = game.settings.generator.learning_rate = 1e-3 * (k + 1);
  game.settings.critic.epsilon = game.settings.generator.epsilon = setup.epsilon;
  game.seed = static_cast<std::uint64_t>(k + 1);
  game.options = setup.precision;
  game.data = &samples;
  game.problem = {samples.train.sizes().slice(1).vec(), game.settings.latent, setup.classes, samples.range};
  game.loss = plugin::bind<Loss>(opened.catalog, setup.loss);
  Json enforcer = setup.enforcer;
  if (enforcer["plugin"] == "clip") enforcer["bound"] = 0.05 * (k + 1);
  if (enforcer["plugin"] == "gradient_penalty" && !enforcer.contains("weight"))
    enforcer["weight"] = 5.0 * (k + 1);
  for (const auto& [name, values] : setup.each.items())
    enforcer[name] = values[static_cast<std::size_t>(k) % values.size()];
  game.enforcers = train::bind_enforcers(opened.catalog, Json::array({enforcer}));
  const auto bound = plugin::bind<Architecture>(opened.catalog, setup.architecture);
  const auto& problem = game.problem;
  game.generator = std::make_unique<train::Network>("generator", bound->generator(problem),
                                                    Shape{problem.latent}, problem.sample, setup.classes);
  game.critic = std::make_unique<train::Network>("critic", bound->critic(problem), problem.sample, Shape{1},
                                                 setup.classes);
  train::probe(game);
  return game;
}

struct Runs {
  std::vector<Game> games;
  std::vector<Progress> progress;
  std::vector<pack::Member> members;

  Runs(Opened& opened, const Samples& samples, const Setup& setup, int count = 3) {
    at::set_num_threads(1);
    for (int k = 0; k < count; ++k) games.push_back(game_of(opened, samples, setup, k));
    for (const Game& game : games) progress.emplace_back(game);
    for (std::size_t k = 0; k < games.size(); ++k) members.push_back({&games[k], &progress[k]});
  }
};

/// The largest relative difference of what `part` gives for each run.
template <class Part>
double apart(const Runs& a, const Runs& b, Part part) {
  double most = 0;
  for (std::size_t k = 0; k < a.progress.size(); ++k) {
    const Tensor x = part(a.progress[k]), y = part(b.progress[k]);
    if (y.numel() == 0) continue;
    const auto off = (x - y).abs().max().item<double>();
    if (!std::isfinite(off)) return std::numeric_limits<double>::infinity();
    if (off > 0) most = std::max(most, off / y.abs().max().item<double>());
  }
  return most;
}

inline double apart(const Runs& a, const Runs& b) {
  return std::max({apart(a, b, [](const Progress& p) { return p.critic.flat; }),
                   apart(a, b, [](const Progress& p) { return p.generator.flat; }),
                   apart(a, b, [](const Progress& p) { return p.generator.flat_buffers; })});
}

inline void train_alone(Runs& runs, int steps) {
  for (std::size_t k = 0; k < runs.games.size(); ++k) {
    for (int i = 0; i < steps; ++i) macro_step(runs.games[k], runs.progress[k], false);
  }
}

inline void train_together(Runs& runs, int steps) {
  pack::Pack pack(runs.members);
  for (int i = 0; i < steps; ++i) pack.step();
}

inline Json named(const std::string& plugin) { return {{"plugin", plugin}}; }
inline const Json kMlp = {{"plugin", "mlp"}, {"width", 8}, {"depth", 2}};
inline const Json kDcgan = {{"plugin", "dcgan"}, {"width", 2}, {"batch_norm", "generator"}};

}  // namespace monge::test
