// Networks of the catalogue trained for a few steps under every enforcer of the catalogue.
#include <ATen/Parallel.h>
#include <doctest/doctest.h>
#include <monge/error.h>

#include <algorithm>
#include <cmath>

#include "measure/evaluator.h"
#include "plugins/opened.h"
#include "train/guard.h"
#include "train/step.h"
#include "worker/data.h"

namespace combinations_test {

using namespace monge;
using namespace monge::test;
using train::Game;

namespace {

/// A game of catalogue plugins with the Wasserstein loss, one critic update a step, batches of eight.
Game game_of(Opened& opened, const Samples& samples, std::int64_t classes, const Json& architecture,
             const std::string& enforcer) {
  at::set_num_threads(1);  // as a run has; more only wait for each other on networks of this size
  Game game;
  game.settings.generator_steps = 20;
  game.settings.batch_size = 8;
  game.settings.critic_steps = 1;
  game.settings.latent = 16;
  game.settings.critic.learning_rate = game.settings.generator.learning_rate = 1e-4;
  game.seed = 3;
  game.options = at::kFloat;
  game.data = &samples;
  game.problem = {samples.train.sizes().slice(1).vec(), game.settings.latent, classes, samples.range};
  game.loss = opened.bind<Loss>("wasserstein");
  game.enforcers.push_back({opened.bind<Enforcer>(enforcer)});
  const auto bound = plugin::bind<Architecture>(opened.catalog, architecture);
  const Problem& problem = game.problem;
  game.generator = std::make_unique<train::Network>("generator", bound->generator(problem),
                                                    Shape{problem.latent}, problem.sample, classes);
  game.critic =
      std::make_unique<train::Network>("critic", bound->critic(problem), problem.sample, Shape{1}, classes);
  train::probe(game);
  train::refuse_nonsense(game);
  return game;
}

/// Every critic can be audited; only one that couples the samples of its batch has no slopes.
void check_audit(const Game& game, const train::Progress& progress) {
  measure::EvaluationSettings settings;
  settings.samples = 32;
  settings.audited = true;
  const auto values = measure::evaluate(game, settings, measure::copies_of(game, progress, settings)).values;
  CHECK(std::isfinite(values.at("audit_gap_test")[0]));
  CHECK(std::isfinite(values.at("audit_gap_train")[0]));
  for (const char* name : {"audit_slope_between_p99", "audit_slope_far_max", "audit_slope_pairs_max"})
    CHECK(std::isfinite(values.at(name)[0]) == !game.critic->couples_batch());
  CHECK(values.at("audit_critic_spectral_norm").back() > 0);
  CHECK(values.at("audit_critic_stable_rank").back() >= 0.999);
}

void check_training(const Game& game) {
  train::Progress progress(game);
  const auto first_critic = progress.critic.flat.clone(), first_generator = progress.generator.flat.clone();
  for (int step = 0; step < 20; ++step) train::macro_step(game, progress, step == 19);
  CHECK(progress.step == 20);
  CHECK(progress.first_bad.item<std::int64_t>() == -1);
  CHECK(progress.critic.flat.isfinite().all().item<bool>());
  CHECK(progress.generator.flat.isfinite().all().item<bool>());
  CHECK_FALSE(progress.critic.flat.equal(first_critic));
  CHECK_FALSE(progress.generator.flat.equal(first_generator));
  check_audit(game, progress);
}

/// Trains under each enforcer; those that refuse, with their keys.
std::vector<std::string> check_every_enforcer(const Samples& samples, std::int64_t classes,
                                              const Json& architecture) {
  Opened opened;
  std::vector<std::string> refused;
  std::size_t ran = 0;
  for (const auto& enforcer : opened.catalog.known("enforcer")) {
    CAPTURE(enforcer);
    try {
      const Game game = game_of(opened, samples, classes, architecture, enforcer);
      check_training(game);
      ++ran;
    } catch (
        const Error& refusal) {  // what cannot be trained is refused before the first step, with a reason
      CHECK(refusal.exit() == Exit::experiment);
      CHECK(std::string(refusal.what()).find("enforcer/" + enforcer) != std::string::npos);
      refused.push_back(enforcer);
    }
  }
  CHECK(ran >= 2);
  return refused;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Samples coloured_images() {
  Samples samples;
  samples.train = (draws(1).uniform({64, 3, 32, 32}) * 256).floor().to(at::kByte);
  samples.test = samples.train;
  return samples;
}

}  // namespace

TEST_CASE("combinations: a ResNet on 3x32x32 trains under every enforcer that admits it") {
  const Samples samples = coloured_images();
  for (const std::string norm : {"none", "layer_norm"}) {
    CAPTURE(norm);
    CHECK(check_every_enforcer(samples, 0, {{"plugin", "resnet"}, {"width", 4}, {"critic_norm", norm}})
              .empty());
  }
}

TEST_CASE(
    "combinations: a conditional DCGAN on labelled Fashion-MNIST trains under every enforcer that admits "
    "it") {
  Opened opened;
  worker::DataCache cache(at::kCPU);
  const auto& data = cache.get(opened.catalog, {{"plugin", "fashion_mnist"}});
  REQUIRE(data.classes == 10);
  for (const std::string how : {"embed", "projection"}) {
    CAPTURE(how);
    Json dcgan = {{"plugin", "dcgan"}, {"width", 4}, {"conditional", how}};
    CHECK(check_every_enforcer(data.samples, data.classes, dcgan).empty());
    dcgan["batch_norm"] = "both";
    const auto refused = check_every_enforcer(data.samples, data.classes, dcgan);
    CHECK(holds(refused, "gradient_penalty"));
    CHECK_FALSE(holds(refused, "none"));
    CHECK_FALSE(holds(refused, "clip"));
  }
}

TEST_CASE("combinations: a conditional network learns from its labels and not from others") {
  Opened opened;
  Samples samples = coloured_images();
  samples.train_label = at::arange(64) % 4;
  samples.test_label = samples.train_label;
  const Json architecture = {{"plugin", "resnet"}, {"width", 4}, {"conditional", "projection"}};
  const auto after = [&] {
    const Game game = game_of(opened, samples, 4, architecture, "none");
    train::Progress progress(game);
    for (int step = 0; step < 3; ++step) train::macro_step(game, progress, false);
    return progress.critic.flat;
  };
  const Tensor once = after();
  CHECK(after().equal(once));
  samples.train_label = at::arange(64) % 3;
  CHECK_FALSE(after().equal(once));
}

TEST_CASE(
    "combinations: a network written in the experiment file trains to the same bits as the compiled one") {
  Opened opened;
  Samples points;
  points.train = draws(1, at::kFloat).normal({64, 2});
  points.test = points.train;
  points.range = Range::unbounded;
  const auto after = [&](const Json& architecture) {
    const Game game = game_of(opened, points, 0, architecture, "gradient_penalty");
    train::Progress progress(game);
    for (int step = 0; step < 3; ++step) train::macro_step(game, progress, false);
    return at::cat({progress.generator.flat, progress.critic.flat});
  };
  const auto hidden = [](const std::string& last) {
    return Json{"linear(16)", "leaky_relu(0.2)", "linear(16)", "leaky_relu(0.2)", last};
  };
  const Tensor compiled =
      after({{"plugin", "mlp"}, {"width", 16}, {"depth", 2}, {"activation", "leaky_relu"}});
  CHECK(compiled.equal(
      after({{"plugin", "layers"}, {"generator", hidden("linear(2)")}, {"critic", hidden("linear(1)")}})));
}

TEST_CASE("combinations: an unregularised Dirac-GAN circles and neither converges nor diverges") {
  Opened opened;
  Samples points;
  points.train = at::zeros({8, 1});
  points.test = points.train;
  points.range = Range::unbounded;
  Game game = game_of(opened, points, 0, {{"plugin", "dirac"}}, "none");
  game.options = at::kDouble;
  game.settings.critic.kind = game.settings.generator.kind = train::OptimizerSettings::Kind::sgd;
  game.settings.critic.learning_rate = game.settings.generator.learning_rate = 0.1;
  train::Progress progress(game);
  // Wasserstein: psi' = psi - h theta, then theta' = theta + h psi'. This map leaves
  // theta^2 + psi^2 - h theta psi as it is: the circles of Mescheder et al. (2018), figure 1.
  const auto radius = [&] {
    const auto theta = progress.generator.flat, psi = progress.critic.flat;
    return number(theta.square() + psi.square() - 0.1 * theta * psi);
  };
  const double theta = number(progress.generator.flat), psi = number(progress.critic.flat), first = radius();
  train::macro_step(game, progress, false);
  CHECK(number(progress.critic.flat) == doctest::Approx(psi - 0.1 * theta));
  CHECK(number(progress.generator.flat) == doctest::Approx(theta + 0.1 * (psi - 0.1 * theta)));
  for (int step = 0; step < 200; ++step) train::macro_step(game, progress, false);
  CHECK(radius() == doctest::Approx(first).epsilon(1e-9));
}

}  // namespace combinations_test
