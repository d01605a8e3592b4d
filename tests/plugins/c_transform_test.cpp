// The c-transform against distances known exactly.
#include <doctest/doctest.h>

#include "opened.h"

namespace c_transform_test {

using doctest::Approx;
using monge::Loss;
using monge::Scores;
using namespace monge::test;

namespace {

// On a line, x = {0, 10} and y = {1, 12}: W1 = (1 + 2) / 2.
Scores on_a_line(const std::vector<double>& real_scores) {
  Scores scores;
  scores.real_x = vector({0, 10}).unsqueeze(1);
  scores.fake_x = vector({1, 12}).unsqueeze(1);
  scores.real = vector(real_scores);
  scores.fake = vector({0, 0});
  return scores;
}

}  // namespace

TEST_CASE("c_transform: with the best potential the critic's loss is -W1, and no scores do better") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform");
  CHECK(number(loss->critic(on_a_line({0, -10}))) == Approx(-1.5));
  for (const double a : {-20, -5, 0, 5, 20}) {
    for (const double b : {-20, -10, 0, 10, 20}) CHECK(number(loss->critic(on_a_line({a, b}))) >= -1.5);
  }
}

TEST_CASE("c_transform: data far from the origin have the pairs that they have at it") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform");
  Scores near;
  near.real_x = draws(1).normal({64, 2}).to(at::kFloat);
  near.fake_x = draws(2).normal({64, 2}).to(at::kFloat);
  near.real = at::zeros({64}, at::kFloat);
  near.fake = near.real;
  Scores far = near;
  far.real_x = near.real_x + 1000;
  far.fake_x = near.fake_x + 1000;
  CHECK(number(loss->critic(far)) == Approx(number(loss->critic(near))).epsilon(1e-3));
}

TEST_CASE("c_transform: a constant added to all scores changes nothing") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform");
  CHECK(number(loss->critic(on_a_line({7, -3}))) == Approx(number(loss->critic(on_a_line({0, -10})))));
}

TEST_CASE(
    "c_transform: the generator pulls each fake sample along its line to a real one, against the critic") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform");
  auto scores = made_scores(4, 6, {1, 2, 2});
  scores.fake_x.requires_grad_();
  const auto generator = torch::autograd::grad({loss->generator(scores)}, {scores.fake_x})[0];
  CHECK(at::allclose(generator.flatten(1).norm(2, 1), at::full({6}, 1 / 6.0, at::kDouble)));
  const auto critic = torch::autograd::grad({loss->critic(scores)}, {scores.fake_x})[0];
  CHECK(at::equal(critic, -generator));
}

TEST_CASE("c_transform: the critic's step on its scores raises the dual") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform");
  auto scores = made_scores(5, 6, {2});
  scores.real.requires_grad_();
  const auto before = loss->critic(scores);
  scores.real = scores.real - 0.01 * torch::autograd::grad({before}, {scores.real})[0];
  CHECK(number(loss->critic(scores)) < number(before));
}

TEST_CASE("c_transform: a fake sample that equals a real one has a finite gradient") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform");
  auto scores = made_scores(6, 3, {2});
  scores.fake_x = scores.real_x.clone().requires_grad_();
  const auto gradient = torch::autograd::grad({loss->generator(scores)}, {scores.fake_x})[0];
  CHECK(gradient.isfinite().all().item<bool>());
}

TEST_CASE("c_transform: with generator = critic it raises the critic's scores of its samples") {
  Opened opened;
  const auto loss = opened.bind<Loss>("c_transform", {{"generator", "critic"}});
  auto scores = made_scores(7, 4, {2});
  scores.fake.requires_grad_();
  const auto gradient = torch::autograd::grad({loss->generator(scores)}, {scores.fake})[0];
  CHECK(at::equal(gradient, at::full({4}, -0.25, at::kDouble)));
}

}  // namespace c_transform_test
