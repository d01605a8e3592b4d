// The gradient penalty and its presets against closed forms.
#include <doctest/doctest.h>

#include <cmath>

#include "opened.h"

namespace gradient_penalty_test {

using doctest::Approx;
using monge::Enforcer;
using monge::Look;
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

Tensor points_of(const Json& table, const monge::Scores& scores) {
  Opened opened;
  auto source = draws(4);
  return opened.bind<Enforcer>("gradient_penalty", table)->points(scores, source);
}

}  // namespace

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

TEST_CASE("gradient_penalty: a linear critic of slope 5 pays every preset what its paper says") {
  Opened opened;
  const std::map<std::string, double> known = {
      {"wgan_gp", 10 * 16},  {"wgan_lp", 10 * 16},      {"dragan", 10 * 16},      {"r1", 10.0 / 2 * 25},
      {"r2", 10.0 / 2 * 25}, {"zero_centred", 10 * 25}, {"wgan_div", 2 * 15625.}, {"max_gp", 0.1 * 25}};
  const auto& presets = opened.catalog.get("enforcer/gradient_penalty").schema.presets;
  const auto tables = opened.presets("enforcer", "gradient_penalty");
  CHECK(presets.size() == known.size());
  for (std::size_t i = 0; i < presets.size(); ++i) {
    CAPTURE(presets[i].name);
    const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, tables[i]);
    CHECK(penalty(enforcer, vector({3, 4}).expand({7, 2})) == Approx(known.at(presets[i].name)));
  }
}

TEST_CASE("gradient_penalty: over = maximum, the steepest point alone pays") {
  Opened opened;
  const auto steepest =
      opened.bind<Enforcer>("gradient_penalty", {{"over", "maximum"}, {"weight", 1}, {"target", 0}});
  CHECK(penalty(steepest, vector({0.5, -3, 2}).unsqueeze(1)) == Approx(9));
}

TEST_CASE("gradient_penalty: an odd or broken power is taken of the distance to the target") {
  Opened opened;
  const auto cubed = opened.bind<Enforcer>("gradient_penalty", {{"exponent", 3}, {"weight", 1}});
  CHECK(penalty(cubed, vector({0.5, 3}).unsqueeze(1)) == Approx((0.125 + 8) / 2));
  const auto linear = opened.bind<Enforcer>("gradient_penalty", {{"exponent", 1}, {"weight", 1}});
  CHECK(penalty(linear, vector({0.5, 3}).unsqueeze(1)) == Approx((0.5 + 2) / 2));
}

TEST_CASE("gradient_penalty: by default value and gradient have the bits of a plain square") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("gradient_penalty");
  auto slope = draws(6, at::kFloat).normal({32, 20}).requires_grad_();
  State state;
  const auto paid = enforcer->penalty(look_at(slope), state);
  const auto plain = 10.0 * (at::linalg_vector_norm(slope.flatten(1), 2, {1}) - 1.0).square().mean();
  CHECK(at::equal(paid, plain));
  CHECK(at::equal(torch::autograd::grad({paid}, {slope})[0], torch::autograd::grad({plain}, {slope})[0]));
}

TEST_CASE(
    "gradient_penalty: every variant has a finite gradient at slopes of zero, at the target and far off") {
  Opened opened;
  auto tables = opened.variants("enforcer", "gradient_penalty");
  for (auto& preset : opened.presets("enforcer", "gradient_penalty")) tables.push_back(preset);
  for (const auto& table : tables) {
    CAPTURE(table.dump());
    const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, table);
    for (const double size : {0.0, 0.5, 1e4}) {
      auto slope = at::full({3, 4}, size, at::kFloat).requires_grad_();
      State state;
      const auto paid = enforcer->penalty(look_at(slope), state);
      CHECK(paid.isfinite().item<bool>());
      CHECK(torch::autograd::grad({paid}, {slope})[0].isfinite().all().item<bool>());
    }
  }
}

TEST_CASE("gradient_penalty: points at real, at fake or at both samples are these samples") {
  const auto scores = made_scores(3, 8, {2, 3, 3});
  CHECK(at::equal(points_of({{"where", "real"}}, scores), scores.real_x));
  CHECK(at::equal(points_of({{"where", "fake"}}, scores), scores.fake_x));
  CHECK(at::equal(points_of({{"where", "both"}}, scores), at::cat({scores.real_x, scores.fake_x})));
}

TEST_CASE(
    "gradient_penalty: noise moves a real sample by a share of up to half the batch's deviation, each "
    "element") {
  auto scores = made_scores(3, 512, {1, 8, 8});
  scores.real_x = scores.real_x * 3 + 1;
  const auto moved = points_of({{"where", "noise"}}, scores) - scores.real_x;
  const double deviation = number(scores.real_x.std(false));
  CHECK(number(moved.min()) >= 0);
  CHECK(number(moved.max()) <= 0.5 * deviation);
  const auto share = moved.flatten(1).mean(1) / (0.25 * deviation);  // of each sample: uniform
  CHECK(number(share.mean()) == Approx(0.5).epsilon(0.1));
  CHECK(number(share.var()) == Approx(1 / 12.0).epsilon(0.2));
  const auto spread = moved.flatten(1).std(1) / (share * 0.5 * deviation);  // within a sample: uniform too
  CHECK(number(spread.mean()) == Approx(std::sqrt(1 / 12.0)).epsilon(0.05));
  const auto wide = points_of({{"where", "noise"}, {"noise", 2}}, scores) - scores.real_x;
  CHECK(at::allclose(wide, 4 * moved));
}

}  // namespace gradient_penalty_test
