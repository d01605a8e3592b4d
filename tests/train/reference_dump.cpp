// Trains small games and writes what an independent implementation needs to repeat them, reference_test.py:
// initial weights, every draw, and what came out. Usage: reference_dump OUTPUT.h5 PLUGIN_FOLDER
#include <ATen/Parallel.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "dump.h"
#include "plugin/bind.h"
#include "record/group_file.h"
#include "train/draws.h"
#include "train/step.h"

namespace {

using monge::Tensor;
using monge::record::Group;
using monge::test::put;
using monge::train::Draws;
using monge::train::Game;
using monge::train::Progress;
using monge::train::Purpose;
using Json = nlohmann::json;

struct Case {
  std::string name;
  Json loss, enforcers, architecture;
  monge::train::Settings settings;
  bool image = false;
};

monge::Samples made_up_samples(bool image) {
  Draws draws(7, Purpose::dataset, 0, at::kFloat);
  monge::Samples samples;
  samples.train = image ? draws.uniform({256, 1, 28, 28}).mul(256).to(at::kByte) : draws.normal({256, 2});
  samples.test = samples.train;
  samples.range = image ? monge::Range::symmetric : monge::Range::unbounded;
  return samples;
}

Game make_game(monge::plugin::Catalog& catalog, const Case& c, const monge::Samples& samples) {
  Game game;
  game.settings = c.settings;
  game.seed = 3;
  game.options = at::TensorOptions().dtype(c.settings.precision);
  game.data = &samples;
  game.problem = {samples.train.sizes().slice(1).vec(), c.settings.latent, 0, samples.range};
  game.loss = monge::plugin::bind<monge::Loss>(catalog, c.loss);
  for (const auto& table : c.enforcers)
    game.enforcers.push_back({monge::plugin::bind<monge::Enforcer>(catalog, table)});
  const auto architecture = monge::plugin::bind<monge::Architecture>(catalog, c.architecture);
  const auto& problem = game.problem;
  game.generator = std::make_unique<monge::train::Network>("generator", architecture->generator(problem),
                                                           monge::Shape{problem.latent}, problem.sample);
  game.critic = std::make_unique<monge::train::Network>("critic", architecture->critic(problem),
                                                        problem.sample, monge::Shape{1});
  game.strategy = monge::train::choose_strategy(game, /*on_gpu=*/false);
  monge::train::probe(game);
  return game;
}

void put_parameters(Group& group, const std::string& prefix, const monge::train::Arena& arena) {
  for (std::size_t i = 0; i < arena.values.size(); ++i)
    put(group, prefix + std::to_string(i), arena.values[i]);
}

// Where weight maps begin: "state_u_1" is state u of the critic's second parameter.
void put_states(Group& group, const Progress& progress) {
  for (const auto& of_enforcer : progress.weight_states) {
    for (std::size_t i = 0; i < of_enforcer.size(); ++i) {
      for (const auto& [name, tensor] : of_enforcer[i].all())
        put(group, "state_" + name + "_" + std::to_string(i), tensor);
    }
  }
}

// The draws of the whole run, by the keys that training uses.
void put_draws(Group& group, const Game& game, std::int64_t steps) {
  const auto& s = game.settings;
  std::vector<Tensor> real, latent, t, latent_generator;
  monge::Shape per_sample(game.problem.sample.size() + 1, 1);
  per_sample[0] = s.batch_size;
  for (std::int64_t u = 0; u < steps * s.critic_steps; ++u) {
    const auto index = Draws(game.seed, Purpose::data_critic, u, game.options)
                           .index({s.batch_size}, game.data->train.size(0));
    real.push_back(monge::train::normalised(game.data->train.index_select(0, index), game.options));
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

Group play(monge::plugin::Catalog& catalog, const Case& c) {
  const auto samples = made_up_samples(c.image);
  const Game game = make_game(catalog, c, samples);
  Progress progress(game);
  Group group;
  group.name = c.name;
  const auto& s = c.settings;
  const Json config = {{"loss", c.loss},
                       {"enforcers", c.enforcers},
                       {"architecture", c.architecture},
                       {"optimizer", static_cast<int>(s.critic.kind)},
                       {"learning_rate", s.critic.learning_rate},
                       {"momentum", s.critic.momentum},
                       {"weight_decay", s.critic.weight_decay},
                       {"betas", {s.critic.beta1, s.critic.beta2}},
                       {"critic_steps", s.critic_steps},
                       {"steps", s.generator_steps},
                       {"fp64", s.precision == at::kDouble}};
  group.variables.push_back({"config", {}, std::vector<std::string>{config.dump()}, {}});
  put_parameters(group, "initial_generator_", progress.generator);
  put_parameters(group, "initial_critic_", progress.critic);
  put_states(group, progress);
  put_draws(group, game, s.generator_steps);
  const auto first = monge::train::macro_step(game, progress, true);
  put(group, "critic_loss", first.critic_loss);
  put(group, "penalty", first.penalty);
  put(group, "generator_loss", first.generator_loss);
  put(group, "gap", first.gap);
  put(group, "critic_gradient", progress.critic_moments.gradient);
  put(group, "generator_gradient", progress.generator_moments.gradient);
  while (progress.step < s.generator_steps) monge::train::macro_step(game, progress, false);
  put_parameters(group, "final_generator_", progress.generator);
  put_parameters(group, "final_critic_", progress.critic);
  return group;
}

std::vector<Case> first_steps() {
  const std::vector<Json> losses = {{{"plugin", "bce"}, {"generator", "non_saturating"}},
                                    {{"plugin", "bce"}, {"generator", "saturating"}},
                                    {{"plugin", "wasserstein"}}};
  const std::vector<Json> enforcers = {
      {{"plugin", "none"}},
      {{"plugin", "clip"}, {"bound", 0.01}},
      {{"plugin", "gradient_penalty"}, {"weight", 10}},
      {{"plugin", "gradient_penalty"}, {"weight", 3}, {"target", 0.02}, {"sides", "one"}}};
  const std::vector<Json> architectures = {{{"plugin", "mlp"}, {"width", 32}, {"depth", 3}},
                                           {{"plugin", "dcgan"}, {"width", 8}, {"batch_norm", "generator"}},
                                           {{"plugin", "dcgan"}, {"width", 8}, {"batch_norm", "both"}}};
  std::vector<Case> cases;
  for (const auto& loss : losses) {
    for (const auto& enforcer : enforcers) {
      for (const auto& architecture : architectures) {
        Case c{"first_" + std::to_string(cases.size()), loss, Json::array({enforcer}), architecture, {},
               architecture["plugin"] == "dcgan"};
        c.settings.generator_steps = 1;
        c.settings.critic_steps = 1;
        c.settings.batch_size = 16;
        c.settings.latent = 8;
        cases.push_back(c);
      }
    }
  }
  return cases;
}

std::vector<Case> twenty_steps() {
  using Kind = monge::train::OptimizerSettings::Kind;
  const Json clip = {{"plugin", "clip"}, {"bound", 0.05}};
  const Json gradient_penalty = {{"plugin", "gradient_penalty"}, {"weight", 1}};
  const Json spectral_norm = {{"plugin", "spectral_norm"}};
  std::vector<Case> cases;
  for (const Kind kind : {Kind::adam, Kind::adamw, Kind::rmsprop, Kind::sgd}) {
    for (const double momentum : {0.0, 0.5}) {
      if ((kind == Kind::adam || kind == Kind::adamw) && momentum > 0) continue;
      for (const Json& enforcers :
           {Json::array({clip}), Json::array({gradient_penalty}), Json::array({clip, gradient_penalty}),
            Json::array({spectral_norm, gradient_penalty})}) {
        Case c{"twenty_" + std::to_string(cases.size()),
               {{"plugin", "wasserstein"}},
               enforcers,
               {{"plugin", "mlp"},
                {"width", 32},
                {"depth", 3},
                {"activation", "leaky_relu"},
                {"batch_norm", true}},
               {},
               false};
        c.settings.generator_steps = 20;
        c.settings.critic_steps = 2;
        c.settings.batch_size = 16;
        c.settings.latent = 4;
        c.settings.precision = at::kDouble;
        c.settings.critic.kind = c.settings.generator.kind = kind;
        c.settings.critic.momentum = c.settings.generator.momentum = momentum;
        c.settings.critic.weight_decay = c.settings.generator.weight_decay = 0.3;
        c.settings.critic.learning_rate = c.settings.generator.learning_rate = 1e-3;
        cases.push_back(c);
      }
    }
  }
  return cases;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: reference_dump OUTPUT.h5 PLUGIN_FOLDER\n";
    return 2;
  }
  try {
    at::set_num_threads(1);
    monge::plugin::Catalog catalog({argv[2]});
    Group root;
    root.attributes = {{"format", std::int64_t{1}}};
    for (const auto& cases : {first_steps(), twenty_steps()}) {
      for (const auto& c : cases) root.groups.push_back(play(catalog, c));
    }
    monge::record::write(argv[1], root, monge::record::Compression::none);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
