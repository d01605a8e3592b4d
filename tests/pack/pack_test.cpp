// What runs in one pack are to each other: nothing. Each has the numbers that it gets alone.
#include "pack/pack.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "pack/games.h"
#include "pack/shape.h"

namespace pack_test {

using namespace monge;
using namespace monge::test;

namespace {

Setup with_each(const std::string& enforcer, Json each) {
  Setup setup{named("wasserstein"), named(enforcer), kMlp};
  setup.precision = at::kFloat;
  setup.each = std::move(each);
  return setup;
}

}  // namespace

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
