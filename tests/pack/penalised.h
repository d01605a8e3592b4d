// Packs of WGAN-GP as a GPU would train them, of any architecture.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "pack/pack.h"
#include "plugins/opened.h"
#include "train/guard.h"

namespace monge::test {

inline train::Game penalised(Opened& opened, const Samples& samples, const Json& architecture,
                             std::int64_t latent, std::int64_t slots) {
  train::Game game;
  game.settings.generator_steps = 20;
  game.settings.batch_size = 16;
  game.settings.latent = latent;
  game.options = at::kFloat;
  game.data = &samples;
  game.problem = {samples.train.sizes().slice(1).vec(), latent, 0, samples.range};
  game.loss = plugin::bind<Loss>(opened.catalog, {{"plugin", "wasserstein"}});
  game.enforcers = train::bind_enforcers(opened.catalog, Json::array({{{"plugin", "gradient_penalty"}}}));
  const auto bound = plugin::bind<Architecture>(opened.catalog, architecture);
  game.generator = std::make_unique<train::Network>("generator", bound->generator(game.problem),
                                                    Shape{latent}, game.problem.sample);
  game.critic =
      std::make_unique<train::Network>("critic", bound->critic(game.problem), game.problem.sample, Shape{1});
  train::probe(game);
  game.strategy = train::choose_strategy(game, /*on_gpu=*/true, slots);
  return game;
}

/// As many runs as slots.
struct PenalisedPack {
  std::vector<train::Game> games;
  std::vector<train::Progress> progress;
  std::vector<pack::Member> members;
  std::unique_ptr<pack::Pack> pack;

  PenalisedPack(Opened& opened, const Samples& samples, const Json& architecture, std::int64_t latent,
                std::int64_t runs, const std::function<void(train::Settings&, std::int64_t)>& set = {}) {
    for (std::int64_t k = 0; k < runs; ++k) {
      games.push_back(penalised(opened, samples, architecture, latent, runs));
      if (set) set(games.back().settings, k);
    }
    for (const auto& game : games) progress.emplace_back(game);
    for (std::size_t k = 0; k < games.size(); ++k) members.push_back({&games[k], &progress[k]});
    pack = std::make_unique<pack::Pack>(members, games.size());
  }
};

}  // namespace monge::test
