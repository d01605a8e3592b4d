// Runs trained together get the numbers that each gets alone: every loss and enforcer on every architecture.
#include "pack/pack.h"

#include <ATen/Parallel.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "pack/shape.h"
#include "plugins/opened.h"
#include "train/guard.h"

namespace pack_test {

using namespace monge;
using namespace monge::test;
using train::Game;
using train::Progress;

namespace {

const std::vector<std::string> kLosses = {"bce",          "wasserstein",          "wasserstein_labels",
                                          "hinge",        "least_squares",        "relativistic_average",
                                          "f_divergence", "relativistic_pairing", "c_transform"};
const std::vector<std::string> kEnforcers = {"none",          "clip",        "gradient_penalty",
                                             "spectral_norm", "orthonormal", "lecam"};

#ifdef __SANITIZE_ADDRESS__
constexpr int kSteps = 2;  // the sanitizers look at memory, not at how numbers part
#else
constexpr int kSteps = 20;
#endif

struct Setup {
  Json loss, enforcer, architecture;
  Shape sample = {2};
  std::int64_t classes = 0;
  at::ScalarType precision = at::kDouble;
  double epsilon = 1e-8;       // of both optimisers
  Json each = Json::object();  // {"exponent": [2, 3]}: of the enforcer of run 0, 1, 0 again, ...
};

Samples samples_of(const Setup& setup) {
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
Game game_of(Opened& opened, const Samples& samples, const Setup& setup, int k) {
  Game game;
  game.settings.generator_steps = 20;
  game.settings.batch_size = 4;
  game.settings.critic_steps = 2;
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
    if (y.numel() > 0) most = std::max(most, ((x - y).abs().max() / y.abs().max()).item<double>());
  }
  return most;
}

double apart(const Runs& a, const Runs& b) {
  return std::max({apart(a, b, [](const Progress& p) { return p.critic.flat; }),
                   apart(a, b, [](const Progress& p) { return p.generator.flat; }),
                   apart(a, b, [](const Progress& p) { return p.generator.flat_buffers; })});
}

void train_alone(Runs& runs, int steps) {
  for (std::size_t k = 0; k < runs.games.size(); ++k) {
    for (int i = 0; i < steps; ++i) macro_step(runs.games[k], runs.progress[k], false);
  }
}

void train_together(Runs& runs, int steps) {
  pack::Pack pack(runs.members);
  for (int i = 0; i < steps; ++i) pack.step();
}

/// In double precision after 20 steps, and the first gradients in single precision.
void check_by(Opened& opened, Setup setup, bool by_hand) {
  CAPTURE(by_hand);
  const Samples samples = samples_of(setup);
  const auto together_and_alone = [&](int steps, const auto& change) {
    std::array<Runs, 2> both = {Runs(opened, samples, setup), Runs(opened, samples, setup)};
    for (Runs& runs : both) {
      for (Game& game : runs.games) change(game);
    }
    if (by_hand)
      both[0].games[0].strategy = train::choose_strategy(both[0].games[0], /*on_gpu=*/true, /*slots=*/3);
    train_together(both[0], steps);
    train_alone(both[1], steps);
    return both;
  };
  const auto [together, alone] = together_and_alone(kSteps, [](Game&) {});
  CHECK(apart(together, alone) < 1e-8);
  setup.precision = at::kFloat;
  const auto [first_together, first_alone] = together_and_alone(1, [](Game& game) {
    game.settings.critic_steps = 1;
    // Adam's first step is a gradient's sign, which rounding may turn where the gradient is nothing.
    game.settings.critic.kind = train::OptimizerSettings::Kind::sgd;
  });
  CHECK(apart(first_together, first_alone, [](const Progress& p) { return p.critic_moments.gradient; }) <
        1e-5);
  CHECK(apart(first_together, first_alone, [](const Progress& p) { return p.generator_moments.gradient; }) <
        1e-5);
}

/// By autograd through vmap, and by hand where the critic is piecewise linear.
void check(Opened& opened, const Setup& setup) {
  CAPTURE(setup.loss.dump());
  CAPTURE(setup.enforcer.dump());
  CAPTURE(setup.architecture.dump());
  for (const bool by_hand : {false, true}) check_by(opened, setup, by_hand);
}

Json named(const std::string& plugin) { return {{"plugin", plugin}}; }
const Json kMlp = {{"plugin", "mlp"}, {"width", 8}, {"depth", 2}};

Setup with_each(const std::string& enforcer, Json each) {
  Setup setup{named("wasserstein"), named(enforcer), kMlp};
  setup.precision = at::kFloat;
  setup.each = std::move(each);
  return setup;
}
const Json kDcgan = {{"plugin", "dcgan"}, {"width", 2}, {"batch_norm", "generator"}};

}  // namespace

TEST_CASE("pack: every loss with every enforcer, multilayer perceptrons") {
  Opened opened;
  for (const auto& loss : kLosses) {
    for (const auto& enforcer : kEnforcers) check(opened, {named(loss), named(enforcer), kMlp});
  }
}

TEST_CASE("pack: every loss and every enforcer on DCGAN with batch norm") {
  Opened opened;
  for (const auto& loss : kLosses)
    check(opened, {named(loss), named("gradient_penalty"), kDcgan, {1, 28, 28}});
  for (const auto& enforcer : kEnforcers)
    check(opened, {named("wasserstein"), named(enforcer), kDcgan, {1, 28, 28}});
}

TEST_CASE("pack: every preset of the gradient penalty") {
  Opened opened;
  for (const auto& preset : opened.presets("enforcer", "gradient_penalty"))
    check(opened, {named("bce"), preset, kMlp});
}

TEST_CASE("pack: every other architecture, conditional ones too") {
  Opened opened;
  const Json loss = named("hinge"), penalty = named("gradient_penalty");
  check(opened, {loss, penalty, {{"plugin", "resnet"}, {"width", 2}}, {1, 32, 32}});
  check(opened, {loss, penalty, {{"plugin", "lucic"}, {"width", 2}}, {1, 28, 28}});
  check(opened, {loss, penalty, {{"plugin", "dcgan"}, {"width", 2}}, {1, 28, 28}, 3});
  check(opened, {loss, named("spectral_norm"), {{"plugin", "resnet"}, {"width", 2}}, {1, 32, 32}, 3});
}

TEST_CASE("pack: a member that leaves or breaks disturbs nobody") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("gradient_penalty"), kMlp};
  const Samples samples = samples_of(setup);
  Runs together(opened, samples, setup), alone(opened, samples, setup);
  train_together(together, 3);
  pack::Pack({together.members[0], together.members[2]}).step();
  macro_step(together.games[1], together.progress[1], false);  // on by itself
  train_alone(alone, 4);
  CHECK(apart(together, alone) < 1e-8);

  together.progress[1].critic.flat.fill_(NAN);
  train_together(together, 2);
  train_alone(alone, 2);
  CHECK(together.progress[1].first_bad.item<std::int64_t>() == 5);
  for (const int k : {0, 2}) {
    CHECK(together.progress[k].first_bad.item<std::int64_t>() == -1);
    CHECK(at::allclose(together.progress[k].critic.flat, alone.progress[k].critic.flat, 1e-8, 1e-10));
  }
}

namespace {

void check_records(Opened& opened, const Setup& setup) {
  const Samples samples = samples_of(setup);
  Runs together(opened, samples, setup), alone(opened, samples, setup);
  pack::Pack pack(together.members);
  pack.step();
  const auto here = pack.table(/*read=*/true), there = pack.table(false);
  pack.step();  // they are copies
  for (std::size_t k = 0; k < alone.games.size(); ++k) {
    const auto own = train::read_numbers({.record = macro_step(alone.games[k], alone.progress[k], true)});
    const auto got = train::read_numbers({.table = here, .place = k});
    CHECK(train::read_numbers({.table = there, .place = k}).gap == got.gap);
    const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-10 + 1e-8 * std::abs(b); };
    CHECK(close(got.critic_loss, own.critic_loss));
    CHECK(close(got.generator_loss, own.generator_loss));
    CHECK(close(got.penalty, own.penalty));
    CHECK(close(got.gap, own.gap));
    CHECK(close(got.slope_mean, own.slope_mean));
    CHECK(close(got.slope_max, own.slope_max));
    CHECK(close(got.critic_gradient_norm, own.critic_gradient_norm));
    CHECK(close(got.generator_gradient_norm, own.generator_gradient_norm));
    CHECK(close(got.weight_max, own.weight_max));
    CHECK(train::read_first_bad({.table = here, .place = k}) == -1);
  }
}

}  // namespace

TEST_CASE("pack: records are each member's own") {
  Opened opened;
  check_records(opened, {named("wasserstein"), named("gradient_penalty"), kMlp});
}

// Its row has numbers that are nobody's, whose gradient is 0: an update of theirs is 0 / 0.
TEST_CASE("pack: records are each member's own, also where the optimiser's epsilon is 0") {
  Opened opened;
  const Json leaky = {{"plugin", "mlp"}, {"width", 8}, {"activation", "leaky_relu"}};
  check_records(opened, {named("bce"), named("gradient_penalty"), leaky, {2}, 0, at::kDouble, 0});
}

// What a run's snapshot relies on: it may go on in another company.
TEST_CASE("pack: numbers do not depend on who else is in it, to the last bit") {
  Opened opened;
  for (const Setup& setup :
       {Setup{named("wasserstein"), named("gradient_penalty"), kMlp, {2}, 0, at::kFloat},
        Setup{named("hinge"), named("spectral_norm"), {{"plugin", "mlp"}, {"width", 32}}, {2}, 0, at::kFloat},
        Setup{named("wasserstein"), named("gradient_penalty"), kDcgan, {1, 28, 28}, 0, at::kFloat},
        with_each("gradient_penalty", {{"exponent", {2, 3}}}),
        with_each("gradient_penalty", {{"exponent", {1, 2}}, {"target", {0.1, 0.3}}}),
        with_each("lecam", {{"decay", {0.9, 0.99}}})}) {
    CAPTURE(setup.enforcer.dump());
    CAPTURE(setup.each.dump());
    const Samples samples = samples_of(setup);
    Runs many(opened, samples, setup, 5), few(opened, samples, setup, 5);
    for (Runs* runs : {&many, &few})
      for (Game& game : runs->games) game.settings.batch_size = 32;
    train_together(many, 3);
    pack::Pack two({few.members[3], few.members[1]}), one({few.members[4]}), four({few.members[0]}, 4);
    for (int i = 0; i < 3; ++i) {
      two.step();
      one.step();
      four.step();
    }
    for (const int k : {0, 1, 3, 4}) {
      CHECK(at::equal(many.progress[k].critic.flat, few.progress[k].critic.flat));
      CHECK(at::equal(many.progress[k].generator.flat, few.progress[k].generator.flat));
    }
  }
}

TEST_CASE("pack: only a warm-up needs runs at the same step") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("clip"), kMlp};
  const Samples samples = samples_of(setup);
  Runs together(opened, samples, setup), alone(opened, samples, setup);
  macro_step(together.games[2], together.progress[2], false);
  train_together(together, 2);
  train_alone(alone, 2);
  macro_step(alone.games[2], alone.progress[2], false);
  CHECK(apart(together, alone) < 1e-8);
  for (Game& game : together.games) game.settings.warm_up = true;
  together.progress[0].step = 30;
  CHECK_THROWS_WITH_AS(pack::Pack(together.members),
                       "runs cannot be packed: their steps take different numbers of critic updates",
                       std::invalid_argument);
}

// As on a GPU, where a pack keeps its seats and its graph.
TEST_CASE("pack: runs leave their seats, and others take them, and nobody's bits change") {
  Opened opened;
  for (const auto& enforcer : {"clip", "spectral_norm", "lecam"}) {
    const Setup setup{named("wasserstein"), named(enforcer), kMlp, {2}, 0, at::kFloat};
    const Samples samples = samples_of(setup);
    Runs runs(opened, samples, setup, 4), alone(opened, samples, setup, 4);
    pack::Pack pack({runs.members[0], runs.members[1], runs.members[2]}, 4);
    pack.step();
    pack.leave(1);
    pack.step();
    CHECK(pack.join(1, runs.members[3]));
    for (int i = 0; i < 3; ++i) pack.step();
    const auto made = [&](int k, int steps) {
      pack::Pack own({alone.members[k]});
      for (int i = 0; i < steps; ++i) own.step();
      CHECK(runs.progress[k].step == steps);
      CHECK(at::equal(runs.progress[k].critic.flat, alone.progress[k].critic.flat));
      CHECK(at::equal(runs.progress[k].generator.flat, alone.progress[k].generator.flat));
    };
    made(0, 5);
    made(2, 5);
    made(3, 3);
  }
}

TEST_CASE("pack: a seat is given to runs of the same kind only") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("clip"), kMlp};
  const Samples samples = samples_of(setup);
  Runs runs(opened, samples, setup), others(opened, samples, {named("bce"), named("clip"), kMlp});
  pack::Pack pack({runs.members[0]});
  CHECK_FALSE(pack.join(1, others.members[1]));
  CHECK_FALSE(pack.join(1, runs.members[1]));  // its bound is another, and that of the pack is a number
  pack::Pack two({runs.members[0], runs.members[1]});
  two.leave(0);
  CHECK(two.join(0, runs.members[2]));
}

TEST_CASE("pack: optimisers, schedules and moving averages are each run's own") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("gradient_penalty"), kMlp};
  const Samples samples = samples_of(setup);
  Runs together(opened, samples, setup, 4), alone(opened, samples, setup, 4);
  using Optimizer = train::OptimizerSettings;
  for (Runs* runs : {&together, &alone}) {
    const auto kinds = {Optimizer::Kind::adam, Optimizer::Kind::adamw, Optimizer::Kind::rmsprop,
                        Optimizer::Kind::sgd};
    auto game = runs->games.begin();
    for (const auto kind : kinds) {
      for (Optimizer* one : {&game->settings.critic, &game->settings.generator}) {
        one->kind = kind;
        one->momentum = 0.5;
        one->weight_decay = 0.1;
        one->schedule =
            kind == Optimizer::Kind::sgd ? Optimizer::Schedule::cosine : Optimizer::Schedule::constant;
        one->schedule_steps = 5;
      }
      game->settings.ema = 0.5 + 0.1 * static_cast<double>(game - runs->games.begin());
      ++game;
    }
    for (std::size_t k = 0; k < 4; ++k) runs->progress[k] = Progress(runs->games[k]);
  }
  train_together(together, 8);
  train_alone(alone, 8);
  CHECK(apart(together, alone) < 1e-8);
  CHECK(apart(together, alone, [](const Progress& p) { return p.average; }) < 1e-8);
}

TEST_CASE("pack: in bfloat16, too") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("gradient_penalty"), kMlp, {2}, 0, at::kFloat};
  const Samples samples = samples_of(setup);
  Runs together(opened, samples, setup), alone(opened, samples, setup), exact(opened, samples, setup);
  for (Runs* runs : {&together, &alone})
    for (Game& game : runs->games) game.settings.bf16 = true;
  for (Runs* runs : {&together, &alone, &exact})
    for (Game& game : runs->games) game.settings.critic_steps = 1;
  train_together(together, 1);
  train_alone(alone, 1);
  train_alone(exact, 1);
  const auto gradient = [](const Progress& p) { return p.critic_moments.gradient; };
  CHECK(apart(together, alone, gradient) < 1e-2);
  CHECK(apart(together, exact, gradient) > 1e-5);
}

TEST_CASE("pack: fixed generators") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("gradient_penalty"), kMlp};
  Samples samples = samples_of(setup);
  samples.fake = draws(3).normal({64, 2}).to(at::kFloat);
  Runs together(opened, samples, setup), alone(opened, samples, setup);
  train_together(together, 3);
  train_alone(alone, 3);
  CHECK(apart(together, alone) < 1e-8);
}

TEST_CASE("pack: runs of another kind are refused with the reason") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("gradient_penalty"), kMlp};
  const Samples samples = samples_of(setup);
  Runs runs(opened, samples, setup);
  const auto why = [&](Setup other) {
    return pack::unlike(runs.games[0], game_of(opened, samples, other, 1));
  };
  CHECK(why(setup) == "");
  CHECK(why({named("bce"), setup.enforcer, kMlp}) == "their losses differ");
  CHECK(why({setup.loss, {{"plugin", "gradient_penalty"}, {"weight", 1.0}}, kMlp}) == "");
  CHECK(why({setup.loss, {{"plugin", "gradient_penalty"}, {"where", "real"}}, kMlp}) ==
        "their enforcers differ");
  CHECK(why({setup.loss, setup.enforcer, {{"plugin", "mlp"}, {"width", 9}}}) == "their networks differ");
  auto other = game_of(opened, samples, setup, 1);
  other.settings.critic.beta1 = 0.3;
  runs.games[0].settings.critic.beta1 = 0.5;
  CHECK(pack::unlike(runs.games[0], other) == "");
  other.settings.critic.beta1 = 0;  // products may make its updates
  CHECK(pack::unlike(runs.games[0], other) == "their optimisers' moments differ");
  runs.games[0].settings = runs.games[1].settings;
  const Samples others = samples_of(setup);
  CHECK(pack::unlike(runs.games[0], game_of(opened, others, setup, 1)) == "their data differ");
  runs.games[1].settings.batch_size = 5;
  CHECK_THROWS_WITH_AS(pack::Pack(runs.members), "runs cannot be packed: their batches differ",
                       std::invalid_argument);
  runs.games[1].settings.batch_size = 4;
}

}  // namespace pack_test
