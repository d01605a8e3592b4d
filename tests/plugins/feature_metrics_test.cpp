// frechet, kid, mmd, prdc, classifier_score and divergences against closed forms and null values.
#include <doctest/doctest.h>
#include <monge/error.h>

#include "measuring.h"

namespace feature_metrics_test {

using doctest::Approx;
using monge::Metric;
using monge::Tensor;
using namespace monge::test;

TEST_CASE("frechet: samples stretched by a and moved by m are at |(a - 1) mean + m|^2 + (a - 1)^2 tr S") {
  Opened opened;
  const auto metric = opened.bind<Metric>("frechet");
  const auto x = draws(1).normal({500, 6});
  const auto centred = x - x.mean(0);
  const double trace = number(centred.square().sum() / 499);
  const double shift = number((0.5 * x.mean(0) + 2).square().sum());
  CHECK(measured(metric, x, x.flip(0) * 1.5 + 2).at("frechet_distance") == Approx(shift + 0.25 * trace));
  CHECK(measured(metric, x, x.flip(0)).at("frechet_distance") == Approx(0).epsilon(1e-9));
}

TEST_CASE("frechet: two samples of one distribution are at d (d + 1) / 2n + 2d / n") {
  Opened opened;
  const auto metric = opened.bind<Metric>("frechet");
  const double found = mean_over(12, [&](std::uint64_t seed) {
    return measured(metric, draws(seed).normal({1000, 16}), draws(seed + 50).normal({1000, 16}))
        .at("frechet_distance");
  });
  CHECK(found == Approx(16 * 17 / 2000.0 + 32 / 1000.0).epsilon(0.1).scale(0));
}

TEST_CASE("frechet: fewer samples than features are refused with both numbers") {
  Opened opened;
  const auto x = draws(2).normal({10, 10});
  CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>("frechet"), x, x),
                       doctest::Contains("10 samples of 10 features"), monge::Error);
}

TEST_CASE("kid: samples in one place each give its kernel's values") {
  Opened opened;
  const auto real = at::ones({5, 4}, at::kDouble), fake = 3 * real;
  // x.y / F + 1 is 2 among real, 10 among generated samples and 4 between them.
  CHECK(measured(opened.bind<Metric>("kid"), real, fake).at("kid") == Approx(8 + 1000 - 2 * 64));
}

TEST_CASE("kid and mmd: 0 on average between samples of one distribution, not between two") {
  Opened opened;
  for (const char* name : {"kid", "mmd"}) {
    CAPTURE(name);
    const auto metric = opened.bind<Metric>(name);
    const auto value = [&](double move) {
      return [&, move](std::uint64_t seed) {
        return measured(metric, draws(seed).normal({100, 4}), draws(seed + 500).normal({100, 4}) + move)
            .at(name);
      };
    };
    const double null = mean_over(60, value(0)), moved = mean_over(60, value(0.5));
    const double square = mean_over(60, [&](std::uint64_t seed) { return std::pow(value(0)(seed), 2); });
    CHECK(std::abs(null) < 4 * std::sqrt(square / 60));
    CHECK(moved > 20 * std::abs(null));
  }
}

TEST_CASE("kid and mmd: one sample has no pairs") {
  Opened opened;
  const auto x = draws(1).normal({1, 4});
  for (const char* name : {"kid", "mmd"})
    CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>(name), x, x),
                         doctest::Contains("takes two samples or more"), monge::Error);
}

TEST_CASE("mmd: far apart nothing is left but the kernels within each sample") {
  Opened opened;
  const auto metric = opened.bind<Metric>("mmd", {{"bandwidths", {1.0}}});
  const auto real = vector({0, 1, 3}).unsqueeze(1), fake = vector({1e6, 1e6, 1e6}).unsqueeze(1);
  // Distances 1, 2, 3 among real samples; their median 2 is the bandwidth.
  const double within = (std::exp(-0.125) + std::exp(-0.5) + std::exp(-1.125)) / 3;
  CHECK(measured(metric, real, fake).at("mmd") == Approx(within + 1));
}

TEST_CASE("mmd: half of all real samples in one place leave it no bandwidth") {
  Opened opened;
  const auto x = at::zeros({6, 2}, at::kDouble);
  CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>("mmd"), x, x), doctest::Contains("no bandwidth"),
                       monge::Error);
}

TEST_CASE("prdc: equal samples are perfect, far ones worthless") {
  Opened opened;
  const auto metric = opened.bind<Metric>("prdc");
  const auto x = draws(3).normal({50, 3});
  const auto equal = measured(metric, x, x.flip(0)), far = measured(metric, x, x + 100);
  for (const char* name : {"precision", "recall", "coverage"}) CHECK(equal.at(name) == 1);
  for (const char* name : {"precision", "recall", "density", "coverage"}) CHECK(far.at(name) == 0);
}

TEST_CASE("prdc: between samples of one distribution density is 1 and coverage 1 - prod (n - i) / (2n - i)") {
  Opened opened;
  const auto metric = opened.bind<Metric>("prdc");
  constexpr int kSamples = 400;
  double density = 0, coverage = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto found =
        measured(metric, draws(seed).normal({kSamples, 2}), draws(seed + 100).normal({kSamples, 2}));
    density += found.at("density") / 20;
    coverage += found.at("coverage") / 20;
  }
  double missed = 1;
  for (int i = 1; i <= 5; ++i) missed *= (kSamples - i) / (2.0 * kSamples - i);
  CHECK(density == Approx(1).epsilon(0.03).scale(0));
  CHECK(coverage == Approx(1 - missed).epsilon(0.01).scale(0));
}

TEST_CASE("prdc: k neighbours take more than k samples") {
  Opened opened;
  const auto x = draws(4).normal({5, 2});
  CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>("prdc"), x, x),
                       doctest::Contains("k = 5 needs more than 5"), monge::Error);
}

TEST_CASE("classifier_score: K for sure and even classes, 1 for one class or for no idea") {
  Opened opened;
  const auto metric = opened.bind<Metric>("classifier_score");
  const auto x = at::zeros({30, 2});
  const auto score = [&](const Tensor& p) {
    return measured(metric, x, x, {{}, 0, p}).at("classifier_score");
  };
  const auto sure = at::eye(10, at::kDouble).repeat({3, 1});
  CHECK(score(sure) == Approx(10).epsilon(1e-12));
  CHECK(score(sure.slice(0, 0, 1).repeat({30, 1})) == Approx(1));
  CHECK(score(at::full({30, 10}, 0.1)) == Approx(1));
}

TEST_CASE("class_accuracy: the share that is taken for the class asked for") {
  Opened opened;
  const auto metric = opened.bind<Metric>("class_accuracy");
  const auto x = at::zeros({30, 2});
  const auto accuracy = [&](const Tensor& p, const Tensor& asked) {
    return measured(metric, x, x, {.probability = p, .label = asked}).at("class_accuracy");
  };
  const auto sure = at::eye(10, at::kDouble).repeat({3, 1});
  const auto asked = at::arange(30).remainder(10);
  CHECK(accuracy(sure, asked) == 1);
  CHECK(accuracy(sure, (asked + 1).remainder(10)) == 0);
  CHECK(accuracy(sure, at::zeros({30}, at::kLong)) == Approx(0.1));
  CHECK_THROWS_WITH_AS(accuracy(sure, Tensor()), doctest::Contains("needs a conditional generator"),
                       monge::Error);
  CHECK_THROWS_WITH_AS(accuracy(sure, asked + 1),
                       doctest::Contains("class 10 is asked for, and the classifier knows 10"), monge::Error);
}

TEST_CASE("classifier_score: without a classifier the key that brings one is named") {
  Opened opened;
  const auto x = at::zeros({5, 2});
  CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>("classifier_score"), x, x),
                       doctest::Contains("features = \"classifier\""), monge::Error);
}

TEST_CASE("divergences: known histograms of two bins") {
  Opened opened;
  const auto metric = opened.bind<Metric>("divergences", {{"bins", 2}, {"pseudo_count", 1e-12}});
  const auto real = vector({0, 0, 2, 2}).unsqueeze(1), fake = vector({0, 2, 2, 2}).unsqueeze(1);
  const auto found = measured(metric, real, fake);
  CHECK(found.at("total_variation") == Approx(0.25));
  CHECK(found.at("kl") == Approx(std::log(2) / 2 + std::log(2.0 / 3) / 2));
  CHECK(found.at("reverse_kl") == Approx(std::log(0.5) / 4 + std::log(1.5) * 3 / 4));
  const double js = (0.5 * std::log(0.5 / 0.375) + 0.5 * std::log(0.5 / 0.625) +
                     0.25 * std::log(0.25 / 0.375) + 0.75 * std::log(0.75 / 0.625)) /
                    2;
  CHECK(found.at("js") == Approx(js));
}

TEST_CASE("divergences: on parallel lines JS is log 2 and total variation 1, near and far") {
  Opened opened;
  const auto metric = opened.bind<Metric>("divergences");
  const auto line = at::cat({at::zeros({500, 1}, at::kDouble), draws(5).uniform({500, 1})}, 1);
  const auto equal = measured(metric, line, line.flip(0));
  for (const char* name : {"kl", "reverse_kl", "js", "total_variation"}) CHECK(equal.at(name) == Approx(0));
  for (const double theta : {0.1, 1.0, 1e9}) {
    const auto found = measured(metric, line, line + vector({theta, 0}));
    CHECK(found.at("js") == Approx(std::log(2)));
    CHECK(found.at("total_variation") == Approx(1));
  }
}

TEST_CASE("divergences: samples that are not finite lie in no bin") {
  Opened opened;
  const auto x = draws(5).normal({50, 2});
  for (const auto& [name, value] : measured(opened.bind<Metric>("divergences"), x, x * NAN)) {
    CAPTURE(name);
    CHECK(std::isnan(value));
  }
}

TEST_CASE("divergences: data of three dimensions are refused") {
  Opened opened;
  const auto x = at::zeros({5, 3});
  CHECK_THROWS_WITH_AS(measured(opened.bind<Metric>("divergences"), x, x),
                       doctest::Contains("one or two dimensions"), monge::Error);
}

}  // namespace feature_metrics_test
