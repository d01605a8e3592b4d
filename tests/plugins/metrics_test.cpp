// Metrics against closed forms.
#include <doctest/doctest.h>
#include <monge/error.h>
#include <monge/metric.h>

#include "opened.h"

using doctest::Approx;
using monge::Metric;
using monge::Snapshot;
using monge::Tensor;
using namespace monge::test;

namespace {

std::map<std::string, double> measured(const monge::plugin::Bound<Metric>& metric, const Tensor& real,
                                       const Tensor& fake, const Tensor& modes = {}, double sigma = 0) {
  auto draw = draws(11, at::kFloat);
  monge::Values values;
  metric->measure({real, fake, {}, {}, modes, sigma, draw}, values);
  std::map<std::string, double> answer;
  for (const auto& [name, value] : values.all()) answer[name] = value.at(0);
  return answer;
}

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
  const auto found = measured(metric, samples, samples.to(at::kFloat), centres.to(at::kFloat), 0.02);
  CHECK(found.at("modes") == 8);
  CHECK(found.at("high_quality") == Approx(1 - std::exp(-4.5)).epsilon(0.001));  // deviates by 0.0003
}

TEST_CASE("modes: one sample within three sigma of a mode is enough to reach it, one outside is not") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto centres = eight_modes();
  const double sigma = 0.1;
  const auto offsets = at::tensor({2.99 * sigma, 0.0, 0.0, 3.01 * sigma}, at::kDouble).view({2, 2});
  const auto found = measured(metric, {}, centres.slice(0, 0, 2) + offsets, centres, sigma);
  CHECK(found.at("modes") == 1);
  CHECK(found.at("high_quality") == 0.5);
}

TEST_CASE("modes: samples collapsed on a point reach one mode or none") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  const auto centres = eight_modes();
  const auto on_one = measured(metric, {}, centres.slice(0, 3, 4).expand({50, 2}), centres, 0.02);
  CHECK(on_one.at("modes") == 1);
  CHECK(on_one.at("high_quality") == 1);
  const auto between = measured(metric, {}, at::zeros({50, 2}, at::kDouble), centres, 0.02);
  CHECK(between.at("modes") == 0);
  CHECK(between.at("high_quality") == 0);
}

TEST_CASE("modes: data without known modes is refused") {
  Opened opened;
  const auto metric = opened.bind<Metric>("modes");
  CHECK_THROWS_WITH_AS(measured(metric, {}, at::zeros({5, 2})), doctest::Contains("known modes"),
                       monge::Error);
}

TEST_CASE("every metric: sets the values it declares and no others") {
  Opened opened;
  const auto x = draws(6).normal({20, 2});
  for (const auto& name : opened.catalog.known("metric")) {
    CAPTURE(name);
    const auto metric = opened.bind<Metric>(name);
    const auto found = measured(metric, x, x, eight_modes(), 0.02);
    CHECK(found.size() == metric.schema().values.size());
    for (const auto& value : metric.schema().values) CHECK(found.count(value.name) == 1);
  }
}
