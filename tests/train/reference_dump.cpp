// Trains small games and writes what an independent implementation needs to repeat them, reference_test.py:
// initial weights, every draw, and what came out. Usage: reference_dump OUTPUT.h5 PLUGIN_FOLDER
#include <ATen/Parallel.h>

#include <iostream>

#include "game_dump.h"
#include "record/group_file.h"

namespace {

using monge::record::Group;
using monge::test::Case;
using monge::test::put;
using monge::test::put_parameters;
using monge::train::Game;
using monge::train::Progress;
using Json = nlohmann::json;

// Where weight maps begin: "state_u_1" is state u of the critic's second parameter.
void put_states(Group& group, const Progress& progress) {
  for (const auto& of_enforcer : progress.weight_states) {
    for (std::size_t i = 0; i < of_enforcer.size(); ++i) {
      for (const auto& [name, tensor] : of_enforcer[i].all())
        put(group, "state_" + name + "_" + std::to_string(i), tensor);
    }
  }
}

Group play(monge::plugin::Catalog& catalog, const Case& c) {
  const auto samples = monge::test::made_up_samples(c.sample);
  const Game game = monge::test::make_game(catalog, c, samples);
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
  monge::test::put_draws(group, game, s.generator_steps);
  const auto first = monge::train::macro_step(game, progress, true);
  put(group, "critic_loss", first.critic_loss);
  put(group, "penalty", first.penalty());
  put(group, "generator_loss", first.generator_loss);
  put(group, "gap", first.gap());
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
        Case c{"first_" + std::to_string(cases.size()),
               loss,
               Json::array({enforcer}),
               architecture,
               {},
               architecture["plugin"] == "dcgan" ? monge::Shape{1, 28, 28} : monge::Shape{2}};
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
               {2}};
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
