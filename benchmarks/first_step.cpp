// Our first step of each workload: initial weights, draws and what came out, for the peers of compare.py to
// repeat. Usage: first_step CASES.json PLUGIN_FOLDER OUTPUT.h5; compare.py writes CASES.json from its table
// of workloads.
#include <ATen/Parallel.h>

#include <fstream>
#include <iostream>

#include "game_dump.h"
#include "record/group_file.h"

namespace {

using Json = nlohmann::json;

monge::test::Case read_case(const Json& json) {
  monge::test::Case c{json.at("name"),
                      json.at("loss"),
                      json.at("enforcers"),
                      json.at("architecture"),
                      {},
                      json.at("sample").get<monge::Shape>()};
  auto& s = c.settings;
  s.generator_steps = 1;
  s.batch_size = json.at("batch_size");
  s.critic_steps = json.at("critic_steps");
  s.latent = json.at("latent");
  s.critic.learning_rate = s.generator.learning_rate = json.at("learning_rate");
  s.critic.beta1 = s.generator.beta1 = json.at("betas").at(0);
  s.critic.beta2 = s.generator.beta2 = json.at("betas").at(1);
  s.critic.epsilon = s.generator.epsilon = json.at("epsilon");
  return c;
}

monge::record::Group first_step(monge::plugin::Catalog& catalog, const monge::test::Case& c) {
  const auto samples = monge::test::made_up_samples(c.sample);
  const auto game = monge::test::make_game(catalog, c, samples);
  monge::train::Progress progress(game);
  monge::record::Group group;
  group.name = c.name;
  monge::test::put_parameters(group, "initial_generator_", progress.generator);
  monge::test::put_parameters(group, "initial_critic_", progress.critic);
  monge::test::put_draws(group, game, 1);
  const auto record = monge::train::macro_step(game, progress, true);
  monge::test::put(group, "critic_loss", record.critic_loss);
  monge::test::put(group, "penalty", record.penalty());
  monge::test::put(group, "generator_loss", record.generator_loss);
  monge::test::put(group, "critic_gradient_norm", record.critic_gradient_norm);
  monge::test::put(group, "generator_gradient_norm", record.generator_gradient_norm);
  return group;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: first_step CASES.json PLUGIN_FOLDER OUTPUT.h5\n";
    return 2;
  }
  try {
    at::set_num_threads(1);
    monge::plugin::Catalog catalog({argv[2]});
    monge::record::Group root;
    root.attributes = {{"format", std::int64_t{1}}};
    std::ifstream file(argv[1]);
    for (const auto& json : Json::parse(file)) root.groups.push_back(first_step(catalog, read_case(json)));
    monge::record::write(argv[3], root, monge::record::Compression::none);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
