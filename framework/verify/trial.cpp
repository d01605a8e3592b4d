#include "verify/trial.h"

#include "train/data_set.h"
#include "train/draws.h"

namespace monge::verify {

Samples loaded(plugin::Catalog& catalog, const Json& table) {
  return train::load_samples(plugin::bind<Dataset>(catalog, table));
}

train::OptimizerSettings gradient_descent(double learning_rate) {
  train::OptimizerSettings settings;
  settings.kind = train::OptimizerSettings::Kind::sgd;
  settings.learning_rate = learning_rate;
  return settings;
}

Trial::Trial(plugin::Catalog& catalog, const Setup& setup) {
  samples_.train = samples_.test = setup.data;
  samples_.range = Range::unbounded;
  game.settings.batch_size = setup.batch_size;
  game.settings.critic_steps = setup.critic_steps;
  game.settings.latent = 1;
  game.settings.precision = at::kDouble;
  game.settings.ema = setup.ema;
  game.settings.critic = setup.critic_optimizer;
  game.settings.generator = setup.generator_optimizer;
  game.seed = 1;
  game.options = at::TensorOptions().dtype(at::kDouble);
  game.data = &samples_;
  game.problem = {setup.data.sizes().slice(1).vec(), 1, 0, samples_.range};
  game.loss = plugin::bind<Loss>(catalog, setup.loss);
  game.enforcers = train::bind_enforcers(catalog, setup.enforcers);
  game.generator =
      std::make_unique<train::Network>("generator", setup.generator, Shape{1}, game.problem.sample);
  game.critic = std::make_unique<train::Network>("critic", setup.critic, game.problem.sample, Shape{1});
  if (setup.by_hand) game.strategy = train::choose_strategy(game, /*on_gpu=*/false);
  train::probe(game);
  begin({}, {});
}

void Trial::begin(const Tensor& generator, const Tensor& critic) {
  progress.emplace(game);
  const auto set = [](train::Arena& arena, const Tensor& values) {
    if (values.defined()) arena.flat.copy_(values);
  };
  set(progress->generator, generator);
  set(progress->critic, critic);
  if (progress->average.defined()) progress->average.copy_(progress->generator.flat);
}

train::StepRecord Trial::step() { return train::macro_step(game, *progress, /*record=*/true); }

namespace {

train::Draws draws(std::uint64_t seed) { return {seed, train::Purpose::probe, 0, at::kDouble}; }

}  // namespace

Tensor drawn_normal(at::IntArrayRef shape, std::uint64_t seed) { return draws(seed).normal(shape); }
Tensor drawn_uniform(at::IntArrayRef shape, std::uint64_t seed) { return draws(seed).uniform(shape); }

std::vector<double> numbers_of(const Tensor& tensor) {
  const auto flat = tensor.detach().to(at::kDouble).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

std::string label_of(const Json& table) {
  std::string settings;
  for (const auto& [name, value] : table.items()) {
    if (name == "plugin") continue;
    const std::string text = value.is_string() ? value.get<std::string>() : name + "=" + value.dump();
    settings += (settings.empty() ? "" : ", ") + text;
  }
  return table.at("plugin").get<std::string>() + (settings.empty() ? "" : "(" + settings + ")");
}

}  // namespace monge::verify
