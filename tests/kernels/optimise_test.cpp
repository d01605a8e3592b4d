#include "kernels/optimise.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "kernels/stacks.h"
#include "kernels/ulps.h"

namespace optimise_test {

using namespace monge;
using namespace test;

namespace {

/// Largest distances of `updates` updates from train::update's: of the parameters in units of the last place,
/// of the moments relative to the largest of them; a first moment that nobody reads must still be zero.
struct Distance {
  double values, first, second;
};

Distance distance(const std::vector<Optimizer>& runs, at::ScalarType type, std::int64_t size,
                  std::int64_t updates) {
  const auto count = static_cast<std::int64_t>(runs.size());
  auto all = stack(count, size, type);
  all.average = Tensor();
  auto own = all.values.clone();
  std::vector<train::Moments> moments;
  for (std::int64_t k = 0; k < count; ++k) moments.emplace_back(own[k]);
  const auto table = kernels::optimizer_table(runs);
  for (std::int64_t n = 1; n <= updates; ++n) {
    all.gradient = random(count, size, type, n);
    kernels::optimise(table, at::full({count}, n - 1, at::kLong), all);
    for (std::int64_t k = 0; k < count; ++k) {
      moments[k].gradient.copy_(all.gradient[k]);
      auto row = own[k];
      train::update(runs[k].settings, runs[k].learning_rate, row, moments[k]);
    }
  }
  Distance worst{ulps(all.values, own, 1), 0, 0};
  const auto apart = [](const Tensor& a, const Tensor& b) {
    return ((a - b).abs().max() / b.abs().max().clamp_min(1e-30)).item<double>();
  };
  for (std::int64_t k = 0; k < count; ++k) {
    const auto& s = runs[k].settings;
    const bool adam = s.kind == Kind::adam || s.kind == Kind::adamw;
    const auto expected = (adam ? s.beta1 : s.momentum) != 0 ? moments[k].first : at::zeros_like(own[k]);
    worst.first = std::max(worst.first, apart(all.first[k], expected));
    worst.second = std::max(worst.second, apart(all.second[k], moments[k].second));
  }
  return worst;
}

}  // namespace

TEST_CASE("optimise: every kind, alone and beside the others, ends where train::update ends") {
  const auto all = optimizers();
  for (const std::int64_t size : {1, 7, 1000, 1001}) {  // where it is a multiple of four, by fours
    for (const std::int64_t updates : {1, 2, 50}) {
      CAPTURE(size);
      CAPTURE(updates);
      std::vector<std::vector<Optimizer>> packs = {all, {all[0], all[2], all[5]}};
      for (const auto& one : all) packs.push_back({one});
      for (const auto& pack : packs) {
        CAPTURE(static_cast<int>(pack.front().settings.kind));
        const auto twice = distance(pack, at::kDouble, size, updates);
        CHECK(twice.values * 0x1p-52 < 1e-14);
        CHECK(twice.first < 1e-14);
        CHECK(twice.second < 1e-14);
        const auto single = distance(pack, at::kFloat, size, updates);
        CHECK(single.values <= 3 + static_cast<double>(updates));  // each may round another way
        CHECK(single.first < 1e-6);
        CHECK(single.second < 1e-6);
      }
    }
  }
}

TEST_CASE("optimise: the moments' correction holds after many updates") {
  for (const double n : {1.0, 1000.0, 1e7}) {
    auto one = stack(1, 3, at::kDouble);
    const auto before = one.values.clone();
    one.gradient = random(1, 3, at::kDouble, 1);
    Optimizer adam;
    adam.learning_rate = 0.1;
    adam.settings.beta1 = 0.9;
    kernels::optimise(kernels::optimizer_table({adam}), at::full({1}, n - 1, at::kLong), one);
    const auto expected =
        before - 0.1 * (0.1 / (1 - std::pow(0.9, n))) * one.gradient /
                     ((0.001 / (1 - std::pow(0.999, n))) * one.gradient.square()).sqrt().add(1e-8);
    CHECK(one.values.allclose(expected, 1e-13, 1e-15));
  }
}

TEST_CASE("optimise: clips each run to its own box, after the update") {
  auto all = stack(3, 101, at::kFloat), free = stack(3, 101, at::kFloat);
  all.gradient = free.gradient = random(3, 101, at::kFloat, 1);
  std::vector<Optimizer> runs(3);
  for (auto& run : runs) run.learning_rate = 0.01;
  const auto updates = at::zeros({3}, at::kLong);
  kernels::optimise(kernels::optimizer_table(runs), updates, free);
  updates.zero_();
  runs[0].clip = 0.01;
  runs[2].clip = 0.5;
  kernels::optimise(kernels::optimizer_table(runs), updates, all);
  CHECK(all.values[0].equal(free.values[0].clamp(-0.01, 0.01)));
  CHECK(all.values[1].equal(free.values[1]));
  CHECK(all.values[2].equal(free.values[2].clamp(-0.5, 0.5)));
}

TEST_CASE("optimise: a clip does not hide what is not a number") {
  auto one = stack(1, 2, at::kFloat);
  one.values.fill_(std::nan(""));
  kernels::optimise(kernels::optimizer_table({{.clip = 0.1}}), at::zeros({1}, at::kLong), one);
  CHECK(one.values.isnan().all().item<bool>());
}

TEST_CASE("optimise: the moving average is train/step's, young and old") {
  for (const std::int64_t updates : {1, 5, 1000}) {
    for (const double ema : {0.0, 0.5, 0.999}) {
      auto all = stack(2, 9, at::kDouble);
      auto average = all.average.clone();
      all.gradient = random(2, 9, at::kDouble, 1);
      const Optimizer sgd{.settings = {.kind = Kind::sgd}, .learning_rate = 0.3, .average = ema};
      kernels::optimise(kernels::optimizer_table({sgd, sgd}), at::full({2}, updates - 1, at::kLong), all);
      const auto n = static_cast<double>(updates - 1);
      average.lerp_(all.values, 1 - std::min(ema, (1 + n) / (10 + n)));
      CHECK(all.average.allclose(average, 1e-14, 1e-15));
    }
  }
}

TEST_CASE("optimise: without momentum a buffer that is not used stays as it was") {
  auto all = stack(1, 8, at::kFloat);
  all.gradient = random(1, 8, at::kFloat, 1);
  kernels::optimise(kernels::optimizer_table({{.settings = {.kind = Kind::sgd}, .learning_rate = 1}}),
                    at::zeros({1}, at::kLong), all);
  CHECK(all.first.equal(at::zeros_like(all.first)));
  CHECK(all.second.equal(at::zeros_like(all.second)));
}

TEST_CASE("optimise: counts the updates, and keeps the count where train::Moments has it") {
  auto all = stack(2, 5, at::kDouble);
  all.gradient = random(2, 5, at::kDouble, 1);
  all.steps = at::zeros({2});
  const auto updates = at::tensor({0L, 41L});
  kernels::optimise(kernels::optimizer_table(std::vector<Optimizer>(2)), updates, all);
  CHECK(updates.equal(at::tensor({1L, 42L})));
  CHECK(all.steps.equal(at::tensor({1.0F, 42.0F})));
}

TEST_CASE("optimise: tensors of other shapes and types are refused") {
  const auto all = stack(2, 5, at::kFloat);
  const auto table = kernels::optimizer_table(std::vector<Optimizer>(2));
  const auto updates = at::ones({2}, at::kLong);
  CHECK_NOTHROW(kernels::optimise(table, updates, all));
  CHECK_THROWS(kernels::optimise(table.narrow(0, 0, 1), updates, all));
  CHECK_THROWS(kernels::optimise(table.to(at::kFloat), updates, all));
  CHECK_THROWS(kernels::optimise(table, updates.to(at::kFloat), all));
  auto other = all;
  other.gradient = all.gradient.to(at::kDouble);
  CHECK_THROWS(kernels::optimise(table, updates, other));
  other.gradient = all.gradient.narrow(1, 0, 4);
  CHECK_THROWS(kernels::optimise(table, updates, other));
  other = all;
  other.steps = at::zeros({3});
  CHECK_THROWS(kernels::optimise(table, updates, other));
}

namespace {

/// Two weights of `kMany` numbers between others.
constexpr std::int64_t kSide = 256, kMany = kSide * kSide, kSize = 4 + kMany + 8 + kMany + 4;

/// Those that keep no first moments.
std::vector<Optimizer> light() {
  auto all = optimizers();
  std::erase_if(all, [](const Optimizer& run) { return !kernels::by_second_alone(run.settings); });
  return all;
}

struct Started {
  std::vector<Optimizer> runs = light();
  std::int64_t count = static_cast<std::int64_t>(runs.size());
  Stack all = stack(count, kSize, at::kFloat);
  Tensor table = kernels::optimizer_table(runs), updates = at::zeros({count}, at::kLong);

  Started() {
    all.gradient = random(count, kSize, at::kFloat, 1);
    all.steps = at::zeros({count});
    all.average = Tensor();
  }
  Tensor weight(std::int64_t begin, std::int64_t size = kMany) const {
    return all.gradient.narrow(1, begin, size).unflatten(1, {size / kSide, kSide});
  }
};

}  // namespace

TEST_CASE("optimise: adam with beta1 = 0 and rmsprop without momentum need second moments alone") {
  std::vector<bool> alone;
  for (const auto& run : optimizers()) alone.push_back(kernels::by_second_alone(run.settings));
  CHECK(alone == std::vector<bool>{true, false, true, false, false, false, false});
}

TEST_CASE("optimise: what a product has taken is left to it, the rest ends as ever") {
  for (const auto& begins : std::vector<std::vector<std::int64_t>>{{4}, {12 + kMany, 4}, {0}}) {
    const Started whole, parts;
    kernels::optimise(whole.table, whole.updates, whole.all);
    const auto before = parts.all.values.clone(), gradient = parts.all.gradient.clone();
    kernels::Update update(parts.all);
    update.begin(parts.table, parts.updates, /*by_second=*/true);
    auto expected = whole.all.values.clone();
    for (const auto begin : begins) {
      const auto taken = update.take(parts.weight(begin));
      REQUIRE(taken.has_value());
      CHECK(taken->values == parts.all.values.const_data_ptr<float>() + begin);
      CHECK(taken->second == parts.all.second.const_data_ptr<float>() + begin);
      expected.narrow(1, begin, kMany).copy_(before.narrow(1, begin, kMany));
      const auto found = taken->found.select(1, 0).select(1, 0);  // [K, 2]
      found.select(1, 0).copy_(gradient.narrow(1, begin, kMany).norm(2, 1));
      found.select(1, 1).copy_(before.narrow(1, begin, kMany).abs().amax(1));
      CHECK(parts.weight(begin).eq(0).all().item<bool>());
    }
    update.finish();
    CHECK(parts.all.values.equal(expected));
    CHECK(parts.updates.eq(1).all().item<bool>());
    CHECK(parts.all.steps.eq(1).all().item<bool>());
    CHECK(update.gradient_norm().allclose(gradient.norm(2, 1)));
    CHECK(update.largest(parts.all.values.size(1)).equal(expected.abs().amax(1)));
    for (const auto begin : begins)
      CHECK(parts.weight(begin).flatten(1).norm(2, 1).allclose(gradient.narrow(1, begin, kMany).norm(2, 1)));
    CHECK_THROWS_AS(update.take(gradient.narrow(1, 0, kMany).view({-1, kSide, kSide})), c10::Error);
    parts.all.gradient.copy_(gradient);
    update.begin(parts.table, parts.updates, true);  // nothing of the last one is left
    update.finish();
    CHECK(update.gradient_norm().allclose(gradient.norm(2, 1)));
    CHECK(update.largest(parts.all.values.size(1)).equal(parts.all.values.abs().amax(1)));
    CHECK_FALSE(
        parts.all.values.narrow(1, begins.front(), kMany).equal(expected.narrow(1, begins.front(), kMany)));
  }
}

TEST_CASE("optimise: what is small, does not lie by fours, is averaged or one too many is not taken") {
  const Started some;
  kernels::Update update(some.all);
  update.begin(some.table, some.updates, /*by_second=*/false);
  CHECK_FALSE(update.take(some.weight(4)));
  update.begin(some.table, some.updates, /*by_second=*/true);
  CHECK_FALSE(update.take(some.weight(4, kMany - kSide)));
  CHECK_FALSE(update.take(some.weight(2)));
  CHECK(some.updates.eq(0).all().item<bool>());  // nothing of it is done
  CHECK(update.take(some.weight(4)));

  const auto table = kernels::optimizer_table({{.settings = {.beta1 = 0}}});
  const auto takes = [&](std::int64_t size, at::ScalarType type, bool averaged, std::int64_t weights) {
    auto all = stack(1, size, type);
    if (!averaged) all.average = Tensor();
    kernels::Update next(all);
    next.begin(table, at::zeros({1}, at::kLong), true);
    std::int64_t taken = 0;
    for (std::int64_t i = 0; i < weights; ++i)
      if (next.take(all.gradient.narrow(1, i * kMany, kMany).view({1, kSide, kSide}))) ++taken;
    return taken;
  };
  CHECK(takes(kMany, at::kFloat, false, 1) == 1);
  CHECK(takes(kMany, at::kFloat, true, 1) == 0);
  CHECK(takes(kMany, at::kDouble, false, 1) == 0);
  CHECK(takes(kMany + 1, at::kFloat, false, 1) == 0);
  CHECK(takes(9 * kMany, at::kFloat, false, 9) == 8);
}

}  // namespace optimise_test
