// Games put together from plugins on made-up samples, and their weights and draws written down for an
// implementation in Python to repeat.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dump.h"
#include "plugin/bind.h"
#include "train/draws.h"
#include "train/step.h"

namespace monge::test {

/// Everything a game is bound from but its samples.
struct Case {
  std::string name;
  nlohmann::json loss, enforcers, architecture;
  train::Settings settings;
  Shape sample;  // of one sample: an image where it has three dimensions, a point otherwise
};

inline constexpr std::int64_t kMadeUpSamples = 256;

inline Samples made_up_samples(const Shape& sample) {
  const bool image = sample.size() == 3;
  Shape shape = sample;
  shape.insert(shape.begin(), kMadeUpSamples);
  train::Draws draws(7, train::Purpose::dataset, 0, at::kFloat);
  Samples samples;
  samples.train = image ? draws.uniform(shape).mul(256).to(at::kByte) : draws.normal(shape);
  samples.test = samples.train;
  samples.range = image ? Range::symmetric : Range::unbounded;
  return samples;
}

/// `samples` must outlive the game.
inline train::Game make_game(plugin::Catalog& catalog, const Case& c, const Samples& samples) {
  train::Game game;
  game.settings = c.settings;
  game.seed = 3;
  game.options = at::TensorOptions().dtype(c.settings.precision);
  game.data = &samples;
  game.problem = {samples.train.sizes().slice(1).vec(), c.settings.latent, 0, samples.range};
  game.loss = plugin::bind<Loss>(catalog, c.loss);
  for (const auto& table : c.enforcers) game.enforcers.push_back({plugin::bind<Enforcer>(catalog, table)});
  const auto architecture = plugin::bind<Architecture>(catalog, c.architecture);
  const auto& problem = game.problem;
  game.generator = std::make_unique<train::Network>("generator", architecture->generator(problem),
                                                    Shape{problem.latent}, problem.sample);
  game.critic =
      std::make_unique<train::Network>("critic", architecture->critic(problem), problem.sample, Shape{1});
  game.strategy = train::choose_strategy(game, /*on_gpu=*/false);
  train::probe(game);
  return game;
}

inline void put_parameters(record::Group& group, const std::string& prefix, const train::Arena& arena) {
  for (std::size_t i = 0; i < arena.values.size(); ++i)
    put(group, prefix + std::to_string(i), arena.values[i]);
}

/// The draws of the whole run, by the keys that training uses.
inline void put_draws(record::Group& group, const train::Game& game, std::int64_t steps) {
  using train::Draws;
  using train::Purpose;
  const auto& s = game.settings;
  std::vector<Tensor> real, latent, t, latent_generator;
  Shape per_sample(game.problem.sample.size() + 1, 1);
  per_sample[0] = s.batch_size;
  for (std::int64_t u = 0; u < steps * s.critic_steps; ++u) {
    const auto index = Draws(game.seed, Purpose::data_critic, u, game.options)
                           .index({s.batch_size}, game.data->train.size(0));
    real.push_back(train::normalised(game.data->train.index_select(0, index), game.options));
    latent.push_back(
        Draws(game.seed, Purpose::latent_critic, u, game.options).normal({s.batch_size, s.latent}));
    t.push_back(Draws(game.seed, Purpose::enforcer, u, game.options).uniform(per_sample));
  }
  for (std::int64_t step = 0; step < steps; ++step) {
    latent_generator.push_back(
        Draws(game.seed, Purpose::latent_generator, step, game.options).normal({s.batch_size, s.latent}));
  }
  put(group, "real", at::stack(real));
  put(group, "latent_critic", at::stack(latent));
  put(group, "t", at::stack(t));
  put(group, "latent_generator", at::stack(latent_generator));
}

}  // namespace monge::test
