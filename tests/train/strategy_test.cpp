#include "train/strategy.h"

#include <doctest/doctest.h>

#include "toy_game.h"

namespace strategy_test {

using namespace toy;
using train::choose_strategy;

namespace {

struct Mapped final : Enforcer {
  static void describe(Describe<Mapped>& d) { d.doc("a weight map"); }
  Tensor weight(const Tensor& w, const Role&, State&) const override { return w / 2; }
};

void set_critic(ToyGame& toy, const Layers& layers, const Shape& sample) {
  toy.game.critic = std::make_unique<train::Network>("critic", layers, sample, Shape{1});
}

}  // namespace

TEST_CASE("strategy: on a CPU by hand where both networks are piecewise linear, in one batch") {
  ToyGame toy;
  const auto strategy = choose_strategy(toy.game, /*on_gpu=*/false);
  CHECK(strategy.by_hand);
  CHECK(strategy.generator_by_hand);
  CHECK(strategy.joint_batch);
  CHECK(strategy.name().rfind("joint, both by hand, products by ", 0) == 0);
}

TEST_CASE("strategy: convolutions take two batches, and a generator may be autograd's alone") {
  ToyGame toy;
  set_critic(toy, {conv(4, 3), leaky_relu(0.2), flatten(), linear(1)}, {1, 4, 4});
  toy.game.generator = std::make_unique<train::Network>(
      "generator", Layers{linear(8), batch_norm(), relu(), linear(16), reshape({1, 4, 4})}, Shape{3},
      Shape{1, 4, 4});
  const auto strategy = choose_strategy(toy.game, false);
  CHECK(strategy.by_hand);
  CHECK_FALSE(strategy.generator_by_hand);
  CHECK_FALSE(strategy.joint_batch);
  CHECK(strategy.name().rfind("split, critic by hand, products by ", 0) == 0);
}

TEST_CASE("strategy: autograd where the critic bends, where its weights are mapped, and on a GPU") {
  ToyGame bent, mapped, plain;
  set_critic(bent, {linear(4), tanh(), linear(1)}, {2});
  mapped.add_enforcer<Mapped>();
  CHECK(choose_strategy(bent.game, false).name().rfind("split, products by ", 0) == 0);
  CHECK(choose_strategy(mapped.game, false).name().rfind("split, products by ", 0) == 0);
  CHECK(choose_strategy(plain.game, true).name() == "joint");
  set_critic(bent, {linear(4), batch_norm(), linear(1)}, {2});
  CHECK(choose_strategy(bent.game, true).name() == "split");
}

TEST_CASE(
    "strategy: fakes for several critic updates in one batch, but not of images, classes or wide layers") {
  ToyGame toy;
  toy.game.settings.critic_steps = 5;
  CHECK(choose_strategy(toy.game, false).updates_ahead == 5);
  CHECK(choose_strategy(toy.game, true).updates_ahead == 1);
  const auto with = [&](const Layers& layers, std::int64_t classes) {
    toy.game.generator = std::make_unique<train::Network>("generator", layers, Shape{3}, Shape{2}, classes);
    return choose_strategy(toy.game, false).updates_ahead;
  };
  toy.game.settings.batch_size = 64;
  CHECK(with({linear(2048), batch_norm(), relu(), linear(2)}, 0) == 2);
  CHECK(with({linear(1 << 14), linear(2)}, 0) == 1);
  CHECK(with({embed_label(4), linear(8), linear(2)}, 3) == 1);
  CHECK(with({linear(16), reshape({1, 4, 4}), residual({conv(1, 3).pad(1)}), flatten(), linear(2)}, 0) == 1);
}

TEST_CASE("strategy: a pack on a GPU makes the fakes of all updates at once, as far as kernels can count") {
  ToyGame toy;
  toy.game.settings.critic_steps = 1000;
  toy.game.settings.batch_size = 64;
  const auto with = [&](std::int64_t width) {
    toy.game.generator = std::make_unique<train::Network>(
        "generator", Layers{linear(width), relu(), linear(2)}, Shape{3}, Shape{2});
    return choose_strategy(toy.game, /*on_gpu=*/true, /*slots=*/2).updates_ahead;
  };
  CHECK(with(64) == 1000);
  CHECK(with(1 << 14) == 256);  // 2^28 numbers of the wide layer
}

}  // namespace strategy_test
