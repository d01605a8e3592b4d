// Enforcers against closed forms.
#include <doctest/doctest.h>

#include "opened.h"

using doctest::Approx;
using monge::Enforcer;
using monge::Look;
using monge::Role;
using monge::State;
using monge::Tensor;
using namespace monge::test;

namespace {

Look look_at(const Tensor& slope) {
  Look look;
  look.slope = slope;
  return look;
}

double penalty(const monge::plugin::Bound<Enforcer>& enforcer, const Tensor& slope) {
  State state;
  return number(enforcer->penalty(look_at(slope), state));
}

Role role(Role::Part part) {
  Role role;
  role.part = part;
  return role;
}

constexpr Role::Part kParts[] = {Role::Part::weight, Role::Part::bias, Role::Part::gain, Role::Part::shift};

}  // namespace

TEST_CASE("none: has no function, so the host does no work for it") {
  Opened opened;
  const auto& schema = opened.catalog.get("enforcer/none").schema;
  CHECK_FALSE((schema.has_points || schema.has_penalty || schema.has_weight || schema.has_project));
}

TEST_CASE("clip: brings every parameter into the box, leaves those inside alone and is idempotent") {
  Opened opened;
  const auto& schema = opened.catalog.get("enforcer/clip").schema;
  CHECK((schema.has_project && !schema.has_points && !schema.has_penalty && !schema.has_weight));
  const auto clip = opened.bind<Enforcer>("clip", {{"bound", 0.5}});
  const auto w = vector({-3, -0.5, -0.2, 0, 0.49, 7});
  for (const auto part : kParts) {
    const auto once = clip->project(w, role(part));
    CHECK(at::equal(once, vector({-0.5, -0.5, -0.2, 0, 0.49, 0.5})));
    CHECK(at::equal(clip->project(once, role(part)), once));
  }
  CHECK(at::equal(w, vector({-3, -0.5, -0.2, 0, 0.49, 7})));  // pure
}

TEST_CASE("clip: a NaN stays one, so that a diverged run is seen to have diverged") {
  Opened opened;
  const auto clip = opened.bind<Enforcer>("clip");
  CHECK(clip->project(vector({std::nan("")}), role(Role::Part::weight)).isnan().all().item<bool>());
}

TEST_CASE("clip: with what = weights, biases, gains and shifts are left alone") {
  Opened opened;
  const auto clip = opened.bind<Enforcer>("clip", {{"what", "weights"}});
  const auto w = vector({-1, 1});
  CHECK(at::equal(clip->project(w, role(Role::Part::weight)), vector({-0.01, 0.01})));
  for (const auto part : {Role::Part::bias, Role::Part::gain, Role::Part::shift}) {
    CHECK(at::equal(clip->project(w, role(part)), w));
  }
}

TEST_CASE("clip: acts after the update as the paper says, or before it as its published code does") {
  Opened opened;
  CHECK(opened.bind<Enforcer>("clip")->when() == Enforcer::When::after);
  CHECK(opened.bind<Enforcer>("clip", {{"when", "before"}})->when() == Enforcer::When::before);
}

TEST_CASE(
    "clip: a ReLU network of equal weights at the bound has slope c^L sqrt(n0) prod(n_i), which is the "
    "most") {
  Opened opened;
  const double c = 0.01;
  const auto clip = opened.bind<Enforcer>("clip", {{"bound", c}});
  auto x = at::ones({1, 2}, at::kDouble).requires_grad_();
  Tensor y = x;
  for (const auto& [in, out] : {std::pair{2, 512}, {512, 512}, {512, 512}, {512, 1}}) {
    y = y.matmul(clip->project(at::ones({in, out}, at::kDouble), role(Role::Part::weight)));
    if (out > 1) y = y.relu();
  }
  const auto slope = torch::autograd::grad({y.sum()}, {x})[0];
  CHECK(number(slope.norm()) == Approx(std::pow(c, 4) * std::sqrt(2.0) * std::pow(512, 3)));
}

TEST_CASE("gradient_penalty: a linear critic pays (|w| - 1)^2") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty");
  const auto w = vector({3, 4});
  CHECK(penalty(enforcer, w.expand({7, 2})) == Approx(10 * 16));
  const auto quarter = opened.bind<Enforcer>("gradient_penalty", {{"weight", 0.25}, {"target", 2.0}});
  CHECK(penalty(quarter, w.expand({7, 2})) == Approx(0.25 * 9));
}

TEST_CASE("gradient_penalty: D(x) = 2x in four dimensions, outputs summed, has slope 4 and pays 9 (TF-GAN)") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty", {{"weight", 1}});
  CHECK(penalty(enforcer, at::full({3, 4}, 2.0, at::kDouble)) == Approx(9));
}

// Norms over the whole batch, or over the channels of a pixel, are defects of public repositories.
TEST_CASE("gradient_penalty: the norm is one sample's, over all its dimensions") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty", {{"weight", 1}});
  auto slope = at::zeros({2, 3, 4, 4}, at::kDouble);
  slope[0].fill_(1 / std::sqrt(48.0));  // norm 1
  slope[1].fill_(3 / std::sqrt(48.0));  // norm 3
  CHECK(penalty(enforcer, slope) == Approx((0.0 + 4.0) / 2));
}

TEST_CASE("gradient_penalty: one-sided, slopes below the target cost nothing") {
  Opened opened;
  const auto one = opened.bind<Enforcer>("gradient_penalty", {{"weight", 1}, {"sides", "one"}});
  const auto slopes = vector({0.5, 2}).unsqueeze(1);
  CHECK(penalty(one, slopes) == Approx((0.0 + 1.0) / 2));
  CHECK(penalty(opened.bind<Enforcer>("gradient_penalty", {{"weight", 1}}), slopes) ==
        Approx((0.25 + 1.0) / 2));
}

TEST_CASE("gradient_penalty: a slope of zero has a finite gradient, in float32 too") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty");
  for (const auto type : {at::kFloat, at::kDouble}) {
    auto slope = at::zeros({4, 6}, type).requires_grad_();
    State state;
    const auto paid = enforcer->penalty(look_at(slope), state);
    CHECK(number(paid) == Approx(10).epsilon(1e-6));
    const auto gradient = torch::autograd::grad({paid}, {slope})[0];
    CHECK(gradient.isfinite().all().item<bool>());
  }
}

TEST_CASE(
    "gradient_penalty: points lie on the lines between real and fake, at a place drawn for each sample") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty");
  const auto scores = made_scores(3, 64, {1, 4, 4});
  auto source = draws(4);
  const auto points = enforcer->points(scores, source);
  REQUIRE(points.sizes() == scores.real_x.sizes());
  const auto t = ((points - scores.fake_x) / (scores.real_x - scores.fake_x)).flatten(1);  // [64, 16]
  const auto place = t.mean(1, true);
  CHECK(at::allclose(t, place.expand_as(t), 1e-6, 1e-6));
  CHECK(number(place.min()) >= 0);
  CHECK(number(place.max()) <= 1);
  CHECK(number(place.std()) > 0.2);  // uniform: 0.29
}

TEST_CASE("gradient_penalty: its gradient reaches the critic's weights") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty", {{"weight", 1}});
  auto w = vector({3, 4}).requires_grad_();
  auto x = draws(5).normal({8, 2}).requires_grad_();
  const auto slope = torch::autograd::grad({x.matmul(w).sum()}, {x}, {}, std::nullopt, true)[0];
  State state;
  const auto gradient = torch::autograd::grad({enforcer->penalty(look_at(slope), state)}, {w})[0];
  CHECK(at::allclose(gradient, vector({2 * 4 * 0.6, 2 * 4 * 0.8})));  // 2 (|w| - 1) w / |w|
}
