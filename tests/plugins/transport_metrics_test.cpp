// exact_w1 and sinkhorn against closed forms and against every pairing.
#include <doctest/doctest.h>
#include <monge/error.h>

#include <algorithm>
#include <numeric>

#include "measuring.h"

namespace transport_metrics_test {

using doctest::Approx;
using monge::Metric;
using monge::Tensor;
using namespace monge::test;

namespace {

double exact_w1(Opened& opened, const Tensor& real, const Tensor& fake) {
  return measured(opened.bind<Metric>("exact_w1", {{"samples", 2048}}), real, fake).at("exact_w1");
}

}  // namespace

TEST_CASE("exact_w1: samples moved by m are at distance |m|, in any order and dimension") {
  Opened opened;
  const auto x = draws(1).normal({200, 1, 3, 3});
  CHECK(exact_w1(opened, x, x.flip(0)) == 0);
  CHECK(exact_w1(opened, x, x.flip(0) + 1) == Approx(3).epsilon(1e-12));
  CHECK(exact_w1(opened, x * 1e6, x.flip(0) * 1e6 + 1) == Approx(3).epsilon(1e-6));
}

TEST_CASE("exact_w1: in one dimension it is the mean distance of the sorted samples") {
  Opened opened;
  const auto real = draws(2).normal({300, 1}), fake = draws(3).normal({300, 1}) * 2;
  const auto sorted = [](const Tensor& x) { return std::get<0>(x.sort(0)); };
  CHECK(exact_w1(opened, real, fake) == Approx(number((sorted(real) - sorted(fake)).abs().mean())));
}

TEST_CASE("exact_w1: no pairing of seven points is cheaper") {
  Opened opened;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto real = draws(seed).normal({7, 2}), fake = draws(seed + 100).normal({7, 2});
    const auto cost = at::cdist(real, fake);
    std::vector<std::int64_t> order(7);
    std::iota(order.begin(), order.end(), 0);
    double least = 1e9;
    do {
      least = std::min(least, number(cost.gather(1, at::tensor(order).unsqueeze(1)).mean()));
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(exact_w1(opened, real, fake) == Approx(least).epsilon(1e-12));
  }
}

TEST_CASE("exact_w1: two uniform samples of n are at sqrt(2 pi) / 8 sqrt(2 / n)") {
  Opened opened;
  const double found = mean_over(40, [&](std::uint64_t seed) {
    return exact_w1(opened, draws(seed).uniform({256, 1}), draws(seed + 1000).uniform({256, 1}));
  });
  CHECK(found == Approx(std::sqrt(2 * M_PI) / 8 * std::sqrt(2.0 / 256)).epsilon(0.2).scale(0));
}

TEST_CASE("exact_w1: half of the mass in two places is moved as far as both lie from it") {
  Opened opened;
  const auto real = at::zeros({10, 1}, at::kDouble), fake = at::ones({10, 1}, at::kDouble);
  CHECK(exact_w1(opened, real, at::cat({fake.slice(0, 0, 5), -fake.slice(0, 0, 5)})) == 1);
}

TEST_CASE("exact_w1: takes `samples` of them during training and all at the end") {
  Opened opened;
  const auto metric = opened.bind<Metric>("exact_w1", {{"samples", 3}});
  const auto real = at::zeros({4, 1}, at::kDouble), fake = vector({0, 0, 3, 8}).unsqueeze(1);
  CHECK(measured(metric, real, fake).at("exact_w1") == Approx(1));
  CHECK(measured(metric, real, fake, {.at_end = true}).at("exact_w1") == Approx(11.0 / 4));
  CHECK(metric->samples(4, false) == 3);
  CHECK(metric->samples(2, false) == 2);
  CHECK(metric->samples(4, true) == 4);
}

TEST_CASE("exact_w1: unlike shapes are refused with both, and infinite samples have no distance") {
  Opened opened;
  const auto x = draws(4).normal({10, 2});
  CHECK_THROWS_WITH_AS(exact_w1(opened, x, x.slice(0, 0, 9)), doctest::Contains("[10, 2] and [9, 2]"),
                       monge::Error);
  CHECK(std::isnan(exact_w1(opened, x, x / 0.0)));
}

TEST_CASE("exact_w1: its floor is declared beside it and left to the host") {
  Opened opened;
  const auto& values = opened.bind<Metric>("exact_w1").schema().values;
  REQUIRE(values.size() == 2);
  CHECK(values[1].name == "exact_w1_floor");
  CHECK(values[1].floor_of == "exact_w1");
  CHECK(values[1].goal == "none");
}

TEST_CASE("sinkhorn: with half squares as cost a shift by m is at |m|^2 / 2, whatever epsilon") {
  Opened opened;
  const auto x = draws(5).normal({100, 3});
  for (const double epsilon : {0.1, 1.0, 10.0}) {
    const auto metric =
        opened.bind<Metric>("sinkhorn", {{"cost", "squared"}, {"epsilon", epsilon}, {"iterations", 20000}});
    CHECK(measured(metric, x, x.flip(0) + vector({1, 2, 2})).at("sinkhorn") == Approx(4.5).epsilon(1e-6));
    CHECK(measured(metric, x, x.flip(0)).at("sinkhorn") == Approx(0).epsilon(1e-8));
  }
}

TEST_CASE("sinkhorn: tends to the exact distance as epsilon falls") {
  Opened opened;
  const auto real = draws(6).normal({60, 2}), fake = draws(7).normal({60, 2}) + 3;
  const auto metric = opened.bind<Metric>("sinkhorn", {{"epsilon", 0.002}, {"iterations", 5000}});
  CHECK(measured(metric, real, fake).at("sinkhorn") == Approx(exact_w1(opened, real, fake)).epsilon(0.01));
}

TEST_CASE("sinkhorn: a small epsilon is reached in 500 iterations, or there is no number") {
  Opened opened;
  const auto real = draws(6).normal({100, 2}), fake = draws(7).normal({100, 2}) * 0.8 + 0.5;
  const auto value = [&](double epsilon, int iterations) {
    const auto metric = opened.bind<Metric>("sinkhorn", {{"epsilon", epsilon}, {"iterations", iterations}});
    return measured(metric, real, fake).at("sinkhorn");
  };
  CHECK(value(0.003, 500) == Approx(value(0.003, 3000)).epsilon(0.002).scale(0));
  CHECK(std::isnan(value(1e-4, 100)));
}

TEST_CASE("sinkhorn: real samples that are all equal are refused") {
  Opened opened;
  const auto x = at::zeros({5, 2}, at::kDouble);
  CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>("sinkhorn"), x, x + 1),
                       doctest::Contains("all real samples are equal"), monge::Error);
}

}  // namespace transport_metrics_test
