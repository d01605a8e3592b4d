#include "train/step.h"

#include <doctest/doctest.h>

#include <functional>

#include "toy_game.h"
#include "train/batches.h"
#include "train/calling.h"
#include "train/gradients.h"

namespace step_test {

using namespace toy;
using train::Progress;

namespace {

struct Relativistic final : Loss {
  static void describe(Describe<Relativistic>& d) { d.doc("reads real scores in the generator's turn too"); }
  Tensor critic(const Scores& s) const override { return softplus(s.fake - s.real).mean(); }
  Tensor generator(const Scores& s) const override { return softplus(s.real - s.fake).mean(); }
};

struct Blind final : Enforcer {  // looks at points, reads nothing of them
  static void describe(Describe<Blind>& d) { d.doc("costs a constant"); }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x; }
  Tensor penalty(const Look& look, State&) const override { return look.at.real.new_ones({}); }
};

struct Slope final : Enforcer {
  static void describe(Describe<Slope>& d) { d.doc("squared slope at real samples, as R1"); }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x; }
  Tensor penalty(const Look& look, State&) const override {
    return look.slope.flatten(1).square().sum(1).mean();
  }
};

struct Height final : Enforcer {
  static void describe(Describe<Height>& d) { d.doc("squared score at fake samples"); }
  Tensor points(const Scores& s, Draw&) const override { return s.fake_x; }
  Tensor penalty(const Look& look, State&) const override { return look.score.square().mean(); }
};

struct Halved final : Enforcer {  // a weight map with state: counts its calls
  static void describe(Describe<Halved>& d) {
    d.doc("half of every weight");
    d.state("calls", "how often it ran", [](const Tensor& w, const Role&, Draw&) { return w.new_zeros({}); });
  }
  Tensor weight(const Tensor& w, const Role& role, State& state) const override {
    state["calls"] = state["calls"] + 1;
    return role.part == Role::Part::weight ? w / 2 : w;
  }
};

struct Boxed final : Enforcer {
  static void describe(Describe<Boxed>& d) { d.doc("every parameter within 0.01"); }
  Tensor project(const Tensor& w, const Role&) const override { return w.clamp(-0.01, 0.01); }
};
struct BoxedBefore final : Enforcer {
  static void describe(Describe<BoxedBefore>& d) { d.doc("the same before the update"); }
  Tensor project(const Tensor& w, const Role&) const override { return w.clamp(-0.01, 0.01); }
  When when() const override { return When::before; }
};

struct Thrower final : Loss {
  static void describe(Describe<Thrower>& d) { d.doc("throws"); }
  Tensor critic(const Scores&) const override { throw std::runtime_error("no idea"); }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

struct Exploding final : Loss {
  static void describe(Describe<Exploding>& d) { d.doc("grows beyond all numbers"); }
  Tensor critic(const Scores& s) const override { return (s.fake.mean() - s.real.mean()) * 1e200; }
  Tensor generator(const Scores& s) const override { return -s.fake.mean() * 1e200; }
};

double weight_max(const Progress& progress) { return progress.critic.flat.abs().max().item<double>(); }

}  // namespace

TEST_CASE("probe: what a loss and an enforcer read is found, and nothing else is computed") {
  ToyGame toy;
  toy.add_enforcer<Blind>();
  toy.add_enforcer<Slope>();
  toy.add_enforcer<Height>();
  train::probe(toy.game);
  CHECK_FALSE(toy.game.reads.generator_real);
  CHECK_FALSE(toy.game.enforcers[0].reads_slope);
  CHECK_FALSE(toy.game.enforcers[0].reads_score);
  CHECK(toy.game.enforcers[1].reads_slope);
  CHECK_FALSE(toy.game.enforcers[1].reads_score);
  CHECK(toy.game.enforcers[2].reads_score);
  CHECK_FALSE(toy.game.enforcers[2].reads_slope);
  Progress progress(toy.game);
  const auto record = train::macro_step(toy.game, progress, true);
  CHECK(record.slope_mean().defined());
  CHECK(record.penalty().item<double>() > 1);  // Blind's constant and two more

  toy.set_loss<Relativistic>();
  train::probe(toy.game);
  CHECK(toy.game.reads.generator_real);
  train::macro_step(toy.game, progress, false);
  CHECK(progress.step == 2);
  CHECK(progress.updates == 4);
}

namespace {

struct Averaged final
    : Enforcer {  // a parameter named like a function of the interface, and a penalty with state
  Real weight = 2.0;
  static void describe(Describe<Averaged>& d) {
    d.doc("running mean of the gap");
    d.param("weight", &Averaged::weight, "factor");
    d.state("mean", "running mean", [](const Tensor&, const Role&, Draw& draw) { return draw.uniform({}); });
    d.state("other", "another", [](const Tensor&, const Role&, Draw& draw) { return draw.uniform({}); });
  }
  Tensor penalty(const Look& look, State& state) const override {
    state["mean"] = 0.9 * state["mean"] + 0.1 * look.at.real.mean();
    return weight * state["mean"].square();
  }
};

}  // namespace

TEST_CASE("hooks: a parameter named `weight` is no weight map, and a penalty's states begin apart") {
  ToyGame toy;
  toy.add_enforcer<Averaged>();
  const auto& schema = toy.game.enforcers[0].schema();
  CHECK(schema.has_penalty);
  CHECK_FALSE(schema.has_weight);
  CHECK_FALSE(schema.has_points);
  CHECK_FALSE(toy.game.maps_weights());
  train::probe(toy.game);
  Progress progress(toy.game);
  const auto before = progress.penalty_states[0].all().at("mean").clone();
  CHECK_FALSE(before.equal(progress.penalty_states[0].all().at("other")));
  train::macro_step(toy.game, progress, false);
  CHECK_FALSE(before.equal(progress.penalty_states[0].all().at("mean")));
}

TEST_CASE("macro-step: equal seeds give equal bits, recording changes none") {
  const auto play = [](bool record) {
    ToyGame toy(at::kFloat);
    toy.add_enforcer<Slope>();
    train::probe(toy.game);
    Progress progress(toy.game);
    for (int i = 0; i < 4; ++i) train::macro_step(toy.game, progress, record);
    return at::cat({progress.generator.flat, progress.critic.flat});
  };
  CHECK(play(true).equal(play(false)));
}

TEST_CASE("macro-step: one batch of both or two, the same numbers within rounding") {
  const auto play = [](bool joint) {
    ToyGame toy;
    toy.game.strategy.joint_batch = joint;
    train::probe(toy.game);
    Progress progress(toy.game);
    for (int i = 0; i < 4; ++i) train::macro_step(toy.game, progress, false);
    return progress.critic.flat;
  };
  CHECK(play(true).allclose(play(false), 1e-10, 1e-12));
}

namespace {

struct SampleReader final : Loss {  // what comes to the generator not only through its score
  static void describe(Describe<SampleReader>& d) { d.doc("fakes pay for their size, too"); }
  Tensor critic(const Scores& s) const override { return (s.fake - s.real).mean() + 0 * s.fake_x.mean(); }
  Tensor generator(const Scores& s) const override { return -s.fake.mean() + s.fake_x.square().mean(); }
};

template <bool real>
struct OneSided final : Loss {  // the critic sees one kind of samples, the generator no score at all
  static void describe(Describe<OneSided>& d) { d.doc("one side is enough"); }
  Tensor critic(const Scores& s) const override { return (real ? s.real : s.fake).square().mean(); }
  Tensor generator(const Scores& s) const override { return s.fake_x.square().mean(); }
};

struct Both final : Enforcer {  // reads scores and slopes at two points a sample
  static void describe(Describe<Both>& d) { d.doc("slope beside height"); }
  Tensor points(const Scores& s, Draw&) const override { return at::cat({s.real_x, s.fake_x}); }
  Tensor penalty(const Look& look, State&) const override {
    return (look.slope.square().sum(1) * look.score.square()).mean() + look.at.real.square().mean();
  }
};

template <class... Enforcers>
void check_by_hand(const std::function<void(ToyGame&)>& change) {
  const auto play = [&](train::Strategy strategy) {
    ToyGame toy;
    (toy.add_enforcer<Enforcers>(), ...);
    change(toy);
    toy.game.strategy = strategy;
    train::probe(toy.game);
    Progress progress(toy.game);
    Tensor recorded;
    for (int i = 0; i < 4; ++i) {
      const auto r = train::macro_step(toy.game, progress, true);
      recorded = at::stack({r.critic_loss, r.generator_loss, r.penalty(), r.gap(), r.critic_gradient_norm,
                            r.generator_gradient_norm, r.slope_mean().defined() ? r.slope_mean() : r.gap()});
    }
    return at::cat({recorded, progress.generator.flat, progress.critic.flat});
  };
  const auto expected = play({});
  for (const bool joint : {false, true}) {
    for (const bool generator : {false, true}) {
      CAPTURE(joint);
      CAPTURE(generator);
      CHECK(play({joint, true, generator}).allclose(expected, 1e-10, 1e-12));
    }
  }
}

}  // namespace

TEST_CASE("macro-step: gradients by hand are autograd's, whatever loss and enforcer read") {
  const auto nothing = [](ToyGame&) {};
  check_by_hand<>(nothing);
  check_by_hand<Slope>(nothing);
  check_by_hand<Height>(nothing);
  check_by_hand<Both>(nothing);
  check_by_hand<Blind>(nothing);
  check_by_hand<Averaged>(nothing);
  check_by_hand<Slope, Both, Boxed>(nothing);
  check_by_hand<Slope>([](ToyGame& toy) { toy.set_loss<Relativistic>(); });
  check_by_hand<Both>([](ToyGame& toy) { toy.set_loss<SampleReader>(); });
  check_by_hand<Slope>([](ToyGame& toy) { toy.set_loss<OneSided<true>>(); });
  check_by_hand<>([](ToyGame& toy) { toy.set_loss<OneSided<false>>(); });
  check_by_hand<Slope>([](ToyGame& toy) {
    toy.game.settings.ema = 0.9;
    toy.game.settings.critic.kind = train::OptimizerSettings::Kind::rmsprop;
  });
}

TEST_CASE("macro-step: a conditional generator keeps its labels where its critic's gradient is by hand") {
  const auto play = [](bool by_hand) {
    ToyGame toy;
    toy.samples.train_label = at::arange(64) % 3;
    toy.samples.test_label = toy.samples.train_label;
    toy.game.generator = std::make_unique<train::Network>(
        "generator", Layers{embed_label(4), linear(16), relu(), linear(2)}, Shape{3}, Shape{2}, 3);
    toy.game.strategy.by_hand = by_hand;
    train::probe(toy.game);
    Progress progress(toy.game);
    for (int i = 0; i < 3; ++i) train::macro_step(toy.game, progress, false);
    return at::cat({progress.generator.flat, progress.critic.flat});
  };
  CHECK(play(true).allclose(play(false), 1e-10, 1e-12));
}

TEST_CASE("macro-step: in both turns a fake has its real one's class, as losses of pairs want it") {
  ToyGame toy;
  toy.samples.train_label = at::arange(64) % 3;
  toy.samples.test_label = toy.samples.train_label;
  toy.game.generator = std::make_unique<train::Network>(
      "generator", Layers{embed_label(4), linear(16), relu(), linear(2)}, Shape{3}, Shape{2}, 3);
  toy.set_loss<Relativistic>();
  train::probe(toy.game);
  for (std::int64_t step = 0; step < 3; ++step) {
    const auto turn = train::generator_turn(toy.game, step);
    REQUIRE(turn.label.defined());
    CHECK(turn.label.equal(turn.real.label));
  }
}

TEST_CASE("macro-step: weight maps act in both players' turns and keep their state") {
  ToyGame toy;
  toy.add_enforcer<Halved>();
  train::probe(toy.game);
  Progress progress(toy.game);
  const auto mapped = train::macro_step(toy.game, progress, true);
  CHECK(progress.weight_states[0][0]["calls"].item<double>() == 2);  // in the critic's updates only
  const auto copy = progress.critic_copy(toy.game);  // what it halves is what the next pass uses
  CHECK(copy.values[0].equal(progress.critic.values[0] / 2));
  CHECK(progress.weight_states[0][0]["calls"].item<double>() == 2);
  ToyGame plain;
  train::probe(plain.game);
  Progress other(plain.game);
  const auto unmapped = train::macro_step(plain.game, other, true);
  CHECK(mapped.critic_loss.item<double>() != unmapped.critic_loss.item<double>());
}

TEST_CASE("macro-step: a projection holds after the update, or before it") {
  ToyGame after;
  after.add_enforcer<Boxed>();
  train::probe(after.game);
  Progress progress(after.game);
  train::macro_step(after.game, progress, false);
  CHECK(weight_max(progress) <= 0.01);
  ToyGame before;
  before.game.settings.critic.learning_rate = 1e-3;
  before.add_enforcer<BoxedBefore>();
  train::probe(before.game);
  Progress other(before.game);
  train::macro_step(before.game, other, false);
  CHECK(weight_max(other) > 0.01);
  CHECK(weight_max(other) < 0.013);
}

TEST_CASE("macro-step: an exception of a plugin names the plugin once") {
  ToyGame toy;
  toy.set_loss<Thrower>();
  CHECK_THROWS_WITH_AS(train::probe(toy.game), "in loss/toy: no idea", train::PluginFault);
  CHECK(train::calling_plugin == nullptr);
}

TEST_CASE("macro-step: the first step with a non-finite loss is remembered") {
  ToyGame toy;
  toy.game.settings.critic.kind = train::OptimizerSettings::Kind::sgd;
  toy.game.settings.critic.learning_rate = 1;
  toy.game.settings.generator = toy.game.settings.critic;
  toy.set_loss<Exploding>();
  train::probe(toy.game);
  Progress progress(toy.game);
  CHECK(progress.first_bad.item<std::int64_t>() == -1);
  for (int i = 0; i < 5; ++i) train::macro_step(toy.game, progress, false);
  const auto first = progress.first_bad.item<std::int64_t>();
  CHECK(first >= 1);
  train::macro_step(toy.game, progress, false);
  CHECK(progress.first_bad.item<std::int64_t>() == first);
}

TEST_CASE("schedule: the warm-up runs 100 updates for 25 steps and every 500th") {
  train::Settings settings;
  settings.critic_steps = 5;
  CHECK(train::critic_updates_at(settings, 1) == 5);
  settings.warm_up = true;
  CHECK(train::critic_updates_at(settings, 1) == 100);
  CHECK(train::critic_updates_at(settings, 25) == 100);
  CHECK(train::critic_updates_at(settings, 26) == 5);
  CHECK(train::critic_updates_at(settings, 501) == 100);
  CHECK(train::critic_updates_at(settings, 502) == 5);
}

TEST_CASE("optimiser: rmsprop and sgd by hand") {
  auto flat = at::ones({2}, at::kDouble);
  train::Moments moments(flat);
  moments.gradient.fill_(2);
  train::OptimizerSettings rmsprop{.kind = train::OptimizerSettings::Kind::rmsprop};
  train::update(rmsprop, 0.1, flat, moments);
  CHECK(flat[0].item<double>() == doctest::Approx(1 - 0.1 * 2 / (std::sqrt(0.01 * 4) + 1e-8)));
  auto other = at::ones({2}, at::kDouble);
  train::Moments fresh(other);
  fresh.gradient.fill_(2);
  train::update({.kind = train::OptimizerSettings::Kind::sgd}, 0.1, other, fresh);
  CHECK(other[0].item<double>() == doctest::Approx(0.8));
}

TEST_CASE("learning rate: warms up from 0, decays to its share, and stays there") {
  using Schedule = train::OptimizerSettings::Schedule;
  train::OptimizerSettings s{.learning_rate = 2, .warm_up_steps = 4};
  const auto at = [&](std::int64_t step) { return train::learning_rate_at(s, step); };
  CHECK(at(1) == doctest::Approx(0.5));
  CHECK(at(4) == 2);
  CHECK(at(1000) == 2);
  s.warm_up_steps = 0;
  s.schedule_steps = 10;
  s.final_factor = 0.1;
  for (const auto schedule : {Schedule::linear, Schedule::cosine}) {
    s.schedule = schedule;
    CHECK(at(1) == 2);
    CHECK(at(6) == doctest::Approx(1.1));  // half way: between 2 and 0.2 in both
    CHECK(at(11) == doctest::Approx(0.2));
    CHECK(at(99) == doctest::Approx(0.2));
  }
  CHECK(at(3) == doctest::Approx(0.2 + 1.8 * (1 + std::cos(M_PI * 0.2)) / 2));
  s.schedule = Schedule::linear;
  CHECK(at(3) == doctest::Approx(2 - 1.8 * 0.2));
}

TEST_CASE("learning rate: each player's step follows its own schedule") {
  ToyGame toy;
  toy.game.settings.critic = {.kind = train::OptimizerSettings::Kind::sgd, .learning_rate = 1};
  toy.game.settings.generator = toy.game.settings.critic;
  toy.game.settings.generator.schedule = train::OptimizerSettings::Schedule::linear;
  toy.game.settings.generator.schedule_steps = 1;
  train::probe(toy.game);
  Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  const auto generator = progress.generator.flat.clone(), critic = progress.critic.flat.clone();
  train::macro_step(toy.game, progress, false);
  CHECK(progress.generator.flat.equal(generator));  // its rate is 0 from the second step on
  CHECK_FALSE(progress.critic.flat.equal(critic));
}

TEST_CASE(
    "moving average: follows the generator by its recurrence, and is what a copy holds when asked for") {
  ToyGame toy;
  toy.game.settings.ema = 0.15;
  train::probe(toy.game);
  Progress progress(toy.game);
  auto expected = progress.generator.flat.clone();
  for (const double decay : {0.1, 0.15, 0.15}) {  // 1/10, then 2/11 and 3/12 are above 0.15
    train::macro_step(toy.game, progress, false);
    expected = decay * expected + (1 - decay) * progress.generator.flat;
  }
  CHECK(at::allclose(progress.average, expected, 0, 1e-15));
  CHECK(progress.generator_copy(toy.game, true).flat.equal(progress.average));
  CHECK(progress.generator_copy(toy.game, false).flat.equal(progress.generator.flat));
  CHECK_FALSE(progress.average.equal(progress.generator.flat));
}

TEST_CASE("step: with a fixed generator the critic alone is trained, on its samples") {
  ToyGame toy;
  toy.samples.fake = toy.samples.fake_test = at::full({64, 2}, 3.0F);
  train::Progress progress(toy.game);
  const auto generator = progress.generator.flat.clone(), critic = progress.critic.flat.clone();
  train::Fakes fakes(toy.game, progress, 1);
  CHECK(at::equal(fakes.next({}).x, at::full({8, 2}, 3.0, at::kDouble)));
  const auto record = train::macro_step(toy.game, progress, true);
  CHECK(at::equal(progress.generator.flat, generator));
  CHECK_FALSE(at::equal(progress.critic.flat, critic));
  CHECK(progress.step == 1);
  CHECK(progress.updates == 2);
  CHECK(record.critic_loss.defined());
  CHECK_FALSE(record.generator_loss.defined());
  CHECK(progress.first_bad.item<std::int64_t>() == -1);
}

}  // namespace step_test
