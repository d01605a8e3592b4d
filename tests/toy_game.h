// Games put together by hand from losses and enforcers that a test defines beside it.
#pragma once

#include <monge/enforcer.h>
#include <monge/loss.h>

#include <memory>

#include "train/draws.h"
#include "train/game.h"

namespace toy {

using namespace monge;

struct Wasserstein final : Loss {
  static void describe(Describe<Wasserstein>& d) { d.doc("mean score of fakes less that of reals"); }
  Tensor critic(const Scores& s) const override { return s.fake.mean() - s.real.mean(); }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

/// A library that was never a file; outlives the game.
template <class T>
std::unique_ptr<plugin::Library> library(const std::string& name) {
  auto made = std::make_unique<plugin::Library>(plugin::Library{T::kKind, name, {}, nullptr, {}});
  describe_plugin<typename T::Interface, T>(made->schema);
  return made;
}

/// Points on a plane, critic 2-16-1, generator 3-16-2, double precision.
struct ToyGame {
  std::vector<std::unique_ptr<plugin::Library>> libraries;
  Samples samples;
  train::Game game;

  explicit ToyGame(at::ScalarType precision = at::kDouble) {
    samples.train = train::Draws(1, train::Purpose::dataset, 0, at::kFloat).normal({64, 2});
    samples.test = samples.train;
    samples.range = Range::unbounded;
    game.settings.generator_steps = 4;
    game.settings.batch_size = 8;
    game.settings.critic_steps = 2;
    game.settings.latent = 3;
    game.seed = 11;
    game.options = at::TensorOptions().dtype(precision);
    game.data = &samples;
    game.problem = {{2}, 3, 0, samples.range};
    game.generator = std::make_unique<train::Network>("generator", Layers{linear(16), relu(), linear(2)},
                                                      Shape{3}, Shape{2});
    game.critic = std::make_unique<train::Network>("critic", Layers{linear(16), leaky_relu(0.2), linear(1)},
                                                   Shape{2}, Shape{1});
    set_loss<Wasserstein>();
  }

  template <class T>
  void set_loss() {
    libraries.push_back(library<T>("toy"));
    game.loss = {libraries.back().get(), std::make_unique<T>()};
  }
  template <class T>
  void add_enforcer() {
    libraries.push_back(library<T>("toy"));
    game.enforcers.push_back({{libraries.back().get(), std::make_unique<T>()}});
  }
};

}  // namespace toy
