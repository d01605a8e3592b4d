#include "measure/audit_slopes.h"

#include <doctest/doctest.h>

#include <cmath>

#include "measure/audit_layers.h"
#include "toy_game.h"
#include "train/step.h"

namespace audit_slopes_test {

using namespace toy;

namespace {

train::Draws draws(std::uint64_t counter) {
  return {5, train::Purpose::dataset, counter, at::TensorOptions(at::kDouble)};
}

}  // namespace

TEST_CASE("slopes: the norm is over all of a sample's dimensions, not over its pixels' channels") {
  ToyGame toy;
  toy.game.critic =
      std::make_unique<train::Network>("critic", Layers{flatten(), linear(1)}, Shape{2, 3, 3}, Shape{1});
  train::Arena critic(*toy.game.critic, toy.game.options);
  critic.flat.narrow(0, 0, 18).fill_(2);
  const auto looked = measure::look(toy.game, critic, {draws(0).normal({5, 2, 3, 3}), {}});
  CHECK(looked.slope.sizes() == at::IntArrayRef({5}));
  CHECK(looked.slope.sub(2 * std::sqrt(18.0)).abs().max().item<double>() < 1e-12);
}

TEST_CASE("slopes: those of finite differences, in chunks as in one") {
  ToyGame toy;
  train::Progress progress(toy.game);
  const auto x = draws(1).normal({600, 2});  // three chunks
  const auto looked = measure::look(toy.game, progress.critic, {x, {}});
  const auto score = [&](const Tensor& at) { return measure::scores(toy.game, progress.critic, {at, {}}); };
  CHECK(looked.score.allclose(score(x), 1e-12, 1e-12));  // libraries may sum up other rows together
  constexpr double kStep = 1e-6;
  std::vector<Tensor> by_dimension;
  for (int d = 0; d < 2; ++d) {
    const auto step = at::zeros({2}, at::kDouble).index_fill_(0, at::tensor({d}, at::kLong), kStep);
    by_dimension.push_back((score(x + step) - score(x - step)) / (2 * kStep));
  }
  const auto difference = (at::stack(by_dimension).norm(2, 0) - looked.slope).abs();
  CHECK((difference < 1e-6).to(at::kDouble).mean().item<double>() > 0.99);  // but for points at a kink
}

// Linear layers A (2 -> 3) and b (3 -> 1), and b on a residual block x + B x: the gradients are products of
// these.
TEST_CASE("slopes by layer: the gradients by what enters each layer, layers in the order of their names") {
  ToyGame toy;
  const auto slopes = [&](const Layers& layers, const Tensor& x) {
    toy.game.critic = std::make_unique<train::Network>("critic", layers, Shape{2}, Shape{1});
    train::Arena critic(*toy.game.critic, toy.game.options);
    critic.flat.copy_(at::arange(1, critic.flat.numel() + 1).to(at::kDouble));
    const auto looked = measure::look(toy.game, critic, {x, {}}, /*by_layer=*/true);
    CHECK(looked.slope.equal(measure::look(toy.game, critic, {x, {}}).slope));
    const auto* first = looked.by_layer.const_data_ptr<double>();
    const std::vector<double> all(first, first + looked.by_layer.numel());
    CHECK(all.size() == measure::layer_names(*toy.game.critic).size());
    return all;
  };
  const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-12); };
  const auto x = draws(2).normal({600, 2});  // three chunks
  const auto chain = slopes({linear(3).bias(false), linear(1).bias(false)}, x);
  const auto a = at::arange(1, 7).to(at::kDouble).view({3, 2}),
             b = at::arange(7, 10).to(at::kDouble).view({1, 3});
  CHECK(chain[0] == near(b.matmul(a).norm().item<double>()));
  CHECK(chain[1] == near(b.norm().item<double>()));
  const auto block = slopes({residual({linear(2).bias(false)}), linear(1).bias(false)}, x);
  CHECK(block[0] == near(std::hypot(5 * 2 + 6 * 3, 5 * 2 + 6 * 5)));  // (5 6) (I + (1 2; 3 4))
  CHECK(block[1] == near(std::hypot(5, 6)));
  const auto half = slopes({linear(1).bias(false), relu(), linear(1).bias(false)},
                           at::tensor({1.0, 0.0, -1.0, 0.0}).to(at::kDouble).view({2, 2}));
  CHECK(half[0] == near(3 * std::sqrt(5) / 2));  // at the second sample it is 0
  CHECK(half[1] == near(3));
  CHECK(slopes({constant({2}), linear(1)}, x) == std::vector<double>{0, 0});
}

TEST_CASE("pairs: the steepest is found, near twins and other classes are left out") {
  const auto x = at::tensor({0.0, 1.0, 1.0 + 1e-9, 3.0}, at::kDouble).view({4, 1});
  const auto score = at::tensor({0.0, 2.0, 5.0, 3.0}, at::kDouble);
  CHECK(measure::steepest_pair({x, {}}, score, false) == doctest::Approx(5));  // of 0 and the twin
  const auto label = at::tensor({0, 0, 1, 1}, at::kLong);
  CHECK(measure::steepest_pair({x, label}, score, true) == doctest::Approx(2));
  CHECK(std::isnan(measure::steepest_pair({x.narrow(0, 0, 1), {}}, score.narrow(0, 0, 1), false)));
  CHECK(std::isnan(measure::steepest_pair({at::ones({3, 1}), {}}, at::zeros({3}), false)));
  CHECK(std::isnan(measure::steepest_pair({x, {}}, at::full({4}, INFINITY, at::kDouble), false)));
}

TEST_CASE("points: between lie on their lines, far ones three standard deviations off") {
  const auto real = draws(2).normal({4000, 2}) * 2 + 1, fake = at::full({4000, 2}, 7.0, at::kDouble);
  auto draw = draws(3);
  const auto points = measure::between(real, fake, draw);
  const auto t = (points - fake) / (real - fake);  // the same in both dimensions
  CHECK((t.select(1, 0) - t.select(1, 1)).abs().max().item<double>() < 1e-9);
  CHECK(t.min().item<double>() >= -1e-12);
  CHECK(t.max().item<double>() <= 1);
  CHECK(t.mean().item<double>() == doctest::Approx(0.5).epsilon(0.05));
  const auto far = measure::far_from(real, draw);
  CHECK(far.mean().item<double>() == doctest::Approx(1).epsilon(0.2));
  CHECK(far.std().item<double>() == doctest::Approx(6).epsilon(0.05));
}

}  // namespace audit_slopes_test
