// Metrics against closed forms.
#include <doctest/doctest.h>
#include <monge/error.h>
#include <monge/metric.h>

#include "measuring.h"

namespace metrics_test {

using doctest::Approx;
using monge::Metric;
using monge::Tensor;
using namespace monge::test;

namespace {

Tensor eight_modes() {
  const auto angle = at::arange(8, at::kDouble) * (M_PI / 4);
  return at::stack({angle.cos(), angle.sin()}, 1);
}

}  // namespace

TEST_CASE("sliced_wasserstein: equal samples are at distance 0, in any order") {
  Opened opened;
  const auto metric = opened.bind<Metric>("sliced_wasserstein");
  const auto x = draws(1, at::kFloat).normal({100, 1, 6, 6});
  CHECK(measured(metric, x, x.flip(0))["sliced_wasserstein"] == 0);
}

TEST_CASE("sliced_wasserstein: in one dimension it is the exact distance of the sorted samples") {
  Opened opened;
  const auto metric = opened.bind<Metric>("sliced_wasserstein", {{"projections", 3}});
  const auto real = vector({3, 1, 2}).unsqueeze(1), fake = vector({10, 1, 2.5}).unsqueeze(1);
  CHECK(measured(metric, real, fake)["sliced_wasserstein"] == Approx((0 + 0.5 + 7) / 3));
}

TEST_CASE("sliced_wasserstein: samples moved by m in two dimensions are at distance |m| 2 / pi") {
  Opened opened;
  const auto metric = opened.bind<Metric>("sliced_wasserstein", {{"projections", 20000}});
  const auto x = draws(2).normal({64, 2});
  CHECK(measured(metric, x, x + vector({3, 4}))["sliced_wasserstein"] == Approx(5 * 2 / M_PI).epsilon(0.01));
}

TEST_CASE(
    "sliced_wasserstein: samples moved by m in d dimensions are at |m| Gamma(d/2) / (sqrt(pi) "
    "Gamma((d+1)/2))") {
  Opened opened;
  const auto metric = opened.bind<Metric>("sliced_wasserstein", {{"projections", 5000}});
  const auto x = draws(3).normal({32, 1, 4, 4});
  const double expected =
      4 * std::tgamma(8) / (std::sqrt(M_PI) * std::tgamma(8.5));  // every pixel moved by 1
  CHECK(measured(metric, x, x + 1)["sliced_wasserstein"] == Approx(expected).epsilon(0.03));
}

TEST_CASE("sliced_wasserstein: unequal sample sizes are refused with both of them") {
  Opened opened;
  const auto metric = opened.bind<Metric>("sliced_wasserstein");
  const auto x = draws(4).normal({10, 2});
  CHECK_THROWS_WITH_AS(measured(metric, x, x.slice(0, 0, 9)), doctest::Contains("[10, 2] and [9, 2]"),
                       monge::Error);
}

TEST_CASE("modes: true samples reach all modes, 98.89 % of them within three sigma") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto centres = eight_modes();
  auto source = draws(5);
  const auto samples = centres.index_select(0, source.index({100000}, 8)) + 0.02 * source.normal({100000, 2});
  const auto found = measured(metric, samples, samples.to(at::kFloat), {centres.to(at::kFloat), 0.02});
  CHECK(found.at("modes") == 8);
  CHECK(found.at("high_quality") == Approx(1 - std::exp(-4.5)).epsilon(0.001));  // deviates by 0.0003
}

TEST_CASE("modes: one sample within three sigma of a mode is enough to reach it, one outside is not") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto centres = eight_modes();
  const double sigma = 0.1;
  const auto offsets = at::tensor({2.99 * sigma, 0.0, 0.0, 3.01 * sigma}, at::kDouble).view({2, 2});
  const auto found = measured(metric, {}, centres.slice(0, 0, 2) + offsets, {centres, sigma});
  CHECK(found.at("modes") == 1);
  CHECK(found.at("high_quality") == 0.5);
}

TEST_CASE("modes: samples collapsed on a point reach one mode or none") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto centres = eight_modes();
  const auto on_one = measured(metric, {}, centres.slice(0, 3, 4).expand({50, 2}), {centres, 0.02});
  CHECK(on_one.at("modes") == 1);
  CHECK(on_one.at("high_quality") == 1);
  const auto between = measured(metric, {}, at::zeros({50, 2}, at::kDouble), {centres, 0.02});
  CHECK(between.at("modes") == 0);
  CHECK(between.at("high_quality") == 0);
}

TEST_CASE("modes: data without known modes is refused") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  CHECK_THROWS_WITH_AS(measured(metric, {}, at::zeros({5, 2})), doctest::Contains("known modes"),
                       monge::Error);
}

TEST_CASE("modes: the histogram counts every sample for its nearest mode") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto centres = eight_modes();
  const auto even = measured(metric, {}, centres * 1.2, {centres, 0.01});  // nearest, though not good
  CHECK(even.at("high_quality") == 0);
  CHECK(even.at("mode_kl") == Approx(0));
  CHECK(even.at("mode_js") == Approx(0));
  const auto one = measured(metric, {}, centres.slice(0, 0, 1).expand({9, 2}), {centres, 0.01});
  CHECK(one.at("mode_kl") == Approx(std::log(8)));
  // JS of a point and the uniform distribution on K: middle (1 + 1/K)/2 at the point, 1/2K elsewhere.
  const double middle = (1 + 1.0 / 8) / 2;
  const double js = (std::log(1 / middle) + std::log(1.0 / 8 / middle) / 8 + 7.0 / 8 * std::log(2)) / 2;
  CHECK(one.at("mode_js") == Approx(js));
}

TEST_CASE("modes: true samples are at a KL of (K - 1) / 2n") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const double found = mean_over(40, [&](std::uint64_t seed) {
    auto source = draws(seed);
    const auto samples = eight_modes().index_select(0, source.index({2500}, 8));
    return measured(metric, {}, samples, {eight_modes(), 0.02}).at("mode_kl");
  });
  CHECK(found == Approx(7.0 / 5000).epsilon(0.3).scale(0));  // its standard error is 8 %
}

TEST_CASE("modes: of labelled images the modes are the classes that the classifier sees") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes", {{"confidence", 0.8}});
  const auto images = at::zeros({4, 1, 8, 8});
  const auto probability =
      at::tensor({0.9, 0.1, 0.0, 0.7, 0.2, 0.1, 0.0, 1.0, 0.0, 0.85, 0.1, 0.05}, at::kDouble).view({4, 3});
  const auto found = measured(metric, images, images, {{}, 0, probability});
  CHECK(found.at("modes") == 2);
  CHECK(found.at("high_quality") == 0.75);
  CHECK(found.at("mode_kl") == Approx(0.75 * std::log(0.75 * 3) + 0.25 * std::log(0.25 * 3)));
}

TEST_CASE("modes: classes that are not in the data are no modes, where there are samples enough to tell") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto found = [&](std::int64_t n) {
    const auto images = at::zeros({n, 1, 8, 8});
    const auto label = at::arange(n) % 2 + 1;  // of 0, 1 and 2
    const auto probability = at::one_hot(label, 3).to(at::kDouble);
    return measured(metric, images, images, {{}, 0, probability, false, {}, label});
  };
  CHECK(found(60).at("mode_kl") == Approx(0));
  CHECK(found(60).at("modes") == 2);
  CHECK(found(58).at("mode_kl") == Approx(std::log(1.5)));
}

TEST_CASE("every metric: sets the values it declares and no others") {
  Opened opened;
  const auto x = draws(6).normal({20, 2}), probability = draws(7).normal({20, 3}).softmax(1);
  for (const auto& name : opened.catalog.known("metric")) {
    CAPTURE(name);
    const auto metric = opened.bind<Metric>(name);
    const auto found =
        measured(metric, x, x, {eight_modes(), 0.02, probability, false, at::arange(20).remainder(3)});
    std::size_t own = 0;  // floors are the host's to measure
    for (const auto& value : metric.schema().values) {
      if (!value.floor_of.empty()) continue;
      ++own;
      CHECK(found.count(value.name) == 1);
    }
    CHECK(found.size() == own);
  }
}

}  // namespace metrics_test
