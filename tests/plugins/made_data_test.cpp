// Data that are drawn, against the moments and distances that are known of them.
#include <cmath>

#include "loading.h"

namespace made_data_test {

using doctest::Approx;
using monge::Samples;
using monge::Tensor;
using namespace monge::test;

namespace {

Tensor train(const std::string& name, const Json& table = Json::object(), std::uint64_t seed = 1) {
  return load(name, table, {}, seed).train.to(at::kDouble);
}

double mean_of(const Tensor& x) { return number(x.mean()); }

}  // namespace

TEST_CASE("drawn data: 100,000 and 10,000 points that differ, the same for the same seed only") {
  for (const char* name : {"gaussian", "grid", "moved_rays", "parallel_lines", "swiss_roll"}) {
    CAPTURE(name);
    const Said said;
    const auto samples = load(name, Json::object(), {}, 1);
    CHECK(samples.train.sizes() == at::IntArrayRef({100000, 2}));
    CHECK(samples.test.sizes() == at::IntArrayRef({10000, 2}));
    CHECK((samples.train.scalar_type() == at::kFloat));
    CHECK((samples.test.scalar_type() == at::kFloat));
    CHECK(samples.range == monge::Range::unbounded);
    CHECK_FALSE(at::equal(samples.train.slice(0, 0, 10000), samples.test));
    CHECK(at::equal(load(name, Json::object(), {}, 1).train, samples.train));
    CHECK_FALSE(at::equal(load(name, Json::object(), {}, 2).train, samples.train));
    CHECK(number((samples.train.mean(0) - samples.test.mean(0)).abs().max()) < 0.06);
  }
}

TEST_CASE("grid: 25 modes two apart, sigma 0.05, all divided by 2.828, which makes about unit variance") {
  const auto samples = load("grid", Json::object());
  CHECK(samples.modes.sizes() == at::IntArrayRef({25, 2}));
  CHECK(samples.mode_sigma == Approx(0.05 / 2.828));
  CHECK(at::allclose(samples.modes[0], at::tensor({-4 / 2.828F, -4 / 2.828F})));
  CHECK(at::allclose(samples.modes[1] - samples.modes[0], at::tensor({0.0F, 2 / 2.828F})));
  CHECK(number(samples.modes.sum().abs()) < 1e-5);
  const auto points = samples.train.to(at::kDouble);
  const auto [nearest, mode] = at::cdist(points, samples.modes.to(at::kDouble)).min(1);
  CHECK(mean_of((nearest <= 3 * samples.mode_sigma).to(at::kDouble)) ==
        Approx(1 - std::exp(-4.5)).epsilon(0.001));
  CHECK(mean_of(nearest.square()) == Approx(2 * samples.mode_sigma * samples.mode_sigma).epsilon(0.02));
  CHECK(number((at::bincount(mode, {}, 25) - 4000).abs().max()) < 5 * 62);  // five standard deviations
  // (4 (16 + 4) + 0) / 10 = 8 = 2.828^2, and the Gaussians' own.
  CHECK(mean_of(points.square()) == Approx((8 + 0.0025) / (2.828 * 2.828)).epsilon(0.01));
  CHECK(load("grid", {{"side", 3}, {"spacing", 1}, {"scale", 1}}).modes.sizes() == at::IntArrayRef({9, 2}));
}

TEST_CASE("swiss_roll: the spiral of make_swiss_roll(noise = 0.25), first and third coordinate, over 7.5") {
  const auto exact = train("swiss_roll", {{"noise", 0}, {"scale", 1}});  // [n, 2]
  const auto t = exact.norm(2, 1);                                       // (t cos t, t sin t) has length t
  CHECK(number(t.min()) == Approx(1.5 * M_PI).epsilon(1e-3));
  CHECK(number(t.max()) == Approx(4.5 * M_PI).epsilon(1e-3));
  CHECK(at::allclose(exact, at::stack({t * t.cos(), t * t.sin()}, 1), 1e-3, 1e-3));
  CHECK(mean_of(t) == Approx(3 * M_PI).epsilon(0.003));  // uniform in t
  CHECK(number(t.var()) == Approx(9 * M_PI * M_PI / 12).epsilon(0.01));
  // E t^2 + 2 noise^2, over the square of the scale.
  const double second = 9 * M_PI * M_PI * (1 + 1.0 / 12) + 2 * 0.25 * 0.25;
  CHECK(mean_of(train("swiss_roll").square().sum(1)) == Approx(second / (7.5 * 7.5)).epsilon(0.01));
  const auto noise = train("swiss_roll", {{"noise", 0.25}, {"scale", 1}}) - exact;  // the same draws
  CHECK(number(noise.std()) == Approx(0.25).epsilon(0.01));
}

TEST_CASE("gaussian: mean, variance and every correlation are as asked, in any dimension") {
  for (const auto& [dimension, correlation] :
       {std::pair{1, 0.0}, {1, 0.7}, {2, -0.9}, {5, 0.6}, {5, -0.25}, {40, 0.0}}) {
    CAPTURE(dimension);
    CAPTURE(correlation);
    const auto x = train("gaussian",
                         {{"dimension", dimension}, {"mean", 3}, {"sigma", 2}, {"correlation", correlation}});
    CHECK(x.size(1) == dimension);
    CHECK(number((x.mean(0) - 3).abs().max()) < 5 * 2 / std::sqrt(1e5));
    const auto centred = x - x.mean(0);
    const auto covariance = at::matmul(centred.t(), centred) / 1e5;
    const auto expected = 4 * (at::full({dimension, dimension}, correlation, at::kDouble) +
                               at::eye(dimension, at::kDouble) * (1 - correlation));
    CHECK(number((covariance - expected).abs().max()) < 5 * 4 * std::sqrt(2 / 1e5));
  }
  // Normal: the fourth moment is 3.
  CHECK(mean_of(train("gaussian").pow(4)) == Approx(3).epsilon(0.03));
}

TEST_CASE("gaussian: a correlation that no distribution has is refused") {
  CHECK_CONTAINS(refusal("gaussian", {{"dimension", 5}, {"correlation", -0.3}}),
                 "'correlation' must lie in [-0.250000, 1] when 'dimension' is 5, got -0.3");
  CHECK(contains(refusal("gaussian", {{"dimension", 3}, {"correlation", -0.5}}), "nothing was refused"));
  CHECK(contains(refusal("gaussian", {{"dimension", 3}, {"correlation", 1}}), "nothing was refused"));
}

TEST_CASE("parallel_lines: theta exactly, z uniform; two lines are the difference of their theta apart") {
  const auto at_zero = train("parallel_lines"), moved = train("parallel_lines", {{"theta", -0.75}});
  CHECK(at::equal(at_zero.select(1, 0), at::zeros({100000}, at::kDouble)));
  CHECK(at::equal(moved.select(1, 0), at::full({100000}, -0.75, at::kDouble)));
  const auto z = at_zero.select(1, 1);
  CHECK(mean_of(z) == Approx(0.5).epsilon(0.01));
  CHECK(number(z.var()) == Approx(1.0 / 12).epsilon(0.01));
  CHECK(number(z.min()) >= 0);
  CHECK(number(z.max()) <= 1);
  // The same z: the horizontal transport costs 0.75, and no 1-Lipschitz function tells more than x does.
  CHECK(mean_of((at_zero - moved).norm(2, 1)) == Approx(0.75));
}

TEST_CASE("moved_rays: the distance that it says is that of its own pairs, which no transport beats") {
  for (const auto& [dimension, funnels] : {std::pair{1, 3}, {2, 4}, {16, 16}, {128, 16}}) {
    CAPTURE(dimension);
    Json table = {{"dimension", dimension}, {"funnels", funnels}};
    const Said said;
    const auto p = train("moved_rays", table);
    const double told = std::stod(said.text().substr(said.text().rfind(' ')));
    table["moved"] = false;
    const auto q = train("moved_rays", table);
    CHECK(number(q.abs().max()) <= 2.5);
    CHECK(mean_of(q.square()) == Approx(2.5 * 2.5 / 3).epsilon(0.01));
    const auto move = (p - q).norm(2, 1);
    CHECK(mean_of(move) == Approx(told).epsilon(1e-4));
    CHECK(told > 0.1);
    // With funnels drawn as here, the authors' own pairs have these.
    if (dimension == 16) CHECK(told == Approx(1.738).epsilon(0.05));
    if (dimension == 128) CHECK(told == Approx(1.072).epsilon(0.06));
    // On the line the Wasserstein distance is that of the sorted points.
    if (dimension == 1) {
      const auto sorted = (std::get<0>(p.sort(0)) - std::get<0>(q.sort(0))).abs();
      CHECK(mean_of(sorted) == Approx(told).epsilon(1e-4));
    }
    // Cyclical monotonicity, in pairs: to swap the goals of two points never saves anything.
    const auto a = p.slice(0, 0, 700), b = q.slice(0, 0, 700);
    const auto direct = move.slice(0, 0, 700);
    const auto crossed = at::cdist(a, b, 2, 2);
    const auto saved = direct.view({-1, 1}) + direct.view({1, -1}) - crossed - crossed.t();
    CHECK(number(saved.max()) < 1e-5);
  }
  const Said said;
  CHECK(
      at::allclose(train("moved_rays", {{"power", 1}}), train("moved_rays", {{"moved", false}}), 1e-5, 1e-5));
}

TEST_CASE(
    "fixed generator: real points with noise of the standard deviation asked for, by the same real draws") {
  for (const char* name : {"ring", "grid", "swiss_roll"}) {
    CAPTURE(name);
    const auto samples = load(name, {{"fake_noise", 0.5}});
    CHECK(at::equal(samples.train, load(name, Json::object()).train));
    CHECK_FALSE(load(name, Json::object()).fake.defined());
    for (const auto& [fake, real] :
         {std::pair{samples.fake, samples.train}, {samples.fake_test, samples.test}}) {
      CHECK(fake.sizes() == real.sizes());
      CHECK((fake.scalar_type() == at::kFloat));
      const auto noise = (fake - real).to(at::kDouble);
      CHECK(number(noise.std()) == Approx(0.5).epsilon(0.02));
      CHECK(std::abs(mean_of(noise)) < 0.02);
    }
  }
}

TEST_CASE("fixed generator: parallel_lines has the line at 0 beside the one at theta") {
  const auto samples = load("parallel_lines", {{"theta", 0.7}, {"fixed", true}});
  CHECK(number(samples.fake.select(1, 0).abs().max()) == 0);
  CHECK(mean_of(samples.fake_test.select(1, 1)) == Approx(0.5).epsilon(0.02));
  CHECK(number((samples.train.select(1, 0) - 0.7).abs().max()) < 1e-6);
}

TEST_CASE(
    "fixed generator: moved_rays has the unmoved points, and at each the slope along which it was moved") {
  const Said said;
  const auto samples = load("moved_rays", {{"fixed", true}, {"dimension", 3}});
  CHECK(at::equal(samples.fake, load("moved_rays", {{"moved", false}, {"dimension", 3}}).train));
  const auto way = samples.test - samples.fake_test;  // [n, 3]
  const auto length = way.norm(2, 1, true);
  CHECK(at::allclose(samples.fake_test_slope.norm(2, 1), at::ones({10000}), 1e-4, 1e-4));
  CHECK(at::allclose(samples.fake_test_slope * length, way, 1e-3, 1e-3));
  CHECK(number(length.max()) > 0.1);
}

}  // namespace made_data_test
