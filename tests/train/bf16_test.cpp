// Products in bfloat16 beside fp32: near it, and not it.
#include <doctest/doctest.h>

#include "toy_game.h"
#include "train/gradients.h"
#include "train/strategy.h"

namespace bf16_test {

using namespace toy;
using train::Progress;

namespace {

struct Penalty final : Enforcer {
  static void describe(Describe<Penalty>& d) { d.doc("squared slope at real samples"); }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x; }
  Tensor penalty(const Look& look, State&) const override {
    return (look.slope.norm(2, 1) - 1).square().mean();
  }
};

struct Made {
  Tensor critic, generator, weights;
  std::string strategy;
};

Made made(bool bf16, int steps, const Layers& generator, const Layers& critic, const Shape& sample) {
  ToyGame toy(at::kFloat);
  toy.samples.train = train::Draws(1, train::Purpose::dataset, 0, at::kFloat).normal({64, 2});
  if (sample.size() > 1) toy.samples.train = at::zeros({64, sample[0], sample[1], sample[2]}).add_(0.5);
  toy.game.settings.bf16 = bf16;
  toy.game.generator = std::make_unique<train::Network>("generator", generator, Shape{3}, sample);
  toy.game.critic = std::make_unique<train::Network>("critic", critic, sample, Shape{1});
  toy.game.problem.sample = sample;
  toy.add_enforcer<Penalty>();
  train::probe(toy.game);
  toy.game.strategy = train::choose_strategy(toy.game, false);
  Progress progress(toy.game);
  for (int i = 0; i < steps; ++i) macro_step(toy.game, progress, false);
  return {progress.critic_moments.gradient, progress.generator_moments.gradient, progress.critic.flat,
          toy.game.strategy.name()};
}

double apart(const Tensor& a, const Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); }

const Layers kDenseGenerator{linear(16), batch_norm(), relu(), linear(2)};
const Layers kDenseCritic{linear(16), leaky_relu(0.2), linear(1)};
const Layers kImageGenerator{linear(32), reshape({2, 4, 4}), relu(), conv_transpose(1, 4).stride(2).pad(1),
                             tanh()};
const Layers kImageCritic{conv(4, 4).stride(2).pad(1), leaky_relu(0.2), flatten(), linear(1)};

}  // namespace

TEST_CASE("bf16: gradients of both players are fp32's to three digits, and other numbers") {
  for (const bool images : {false, true}) {
    const auto& generator = images ? kImageGenerator : kDenseGenerator;
    const auto& critic = images ? kImageCritic : kDenseCritic;
    const Shape sample = images ? Shape{1, 8, 8} : Shape{2};
    const Made half = made(true, 1, generator, critic, sample),
               full = made(false, 1, generator, critic, sample);
    for (const auto part : {&Made::critic, &Made::generator}) {
      CHECK(apart(half.*part, full.*part) < 2e-2);
      CHECK(apart(half.*part, full.*part) > 1e-5);
      CHECK(bool((half.*part).scalar_type() == at::kFloat));
    }
    CHECK(half.strategy.find("by") == std::string::npos);  // no products of ours, no derivatives by hand
  }
}

TEST_CASE("bf16: equal runs are equal, and training goes where fp32's goes") {
  const auto run = [](bool bf16) { return made(bf16, 50, kDenseGenerator, kDenseCritic, {2}).weights; };
  CHECK(at::equal(run(true), run(true)));
  CHECK(apart(run(true), run(false)) < 0.05);
}

}  // namespace bf16_test
