#include "train/draws.h"

#include <ATen/core/PhiloxRNGEngine.h>
#include <doctest/doctest.h>

#include "train/philox.h"

namespace draws_test {

using monge::Tensor;
using monge::train::Draws;
using monge::train::Purpose;

TEST_CASE("philox: the known answers of Salmon et al.'s distribution") {
  using Block = monge::train::PhiloxBlock;
  CHECK(monge::train::philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(monge::train::philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
}

TEST_CASE("philox: the same words as ATen's engine") {
  const std::uint64_t seed = 0x123456789abcdef0, subsequence = 0x0fedcba987654321;
  at::Philox4_32 engine(seed, subsequence, /*offset=*/5);
  const auto block = monge::train::philox(
      {5, 0, static_cast<std::uint32_t>(subsequence), static_cast<std::uint32_t>(subsequence >> 32)},
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  for (const auto word : block) CHECK(engine() == word);
}

TEST_CASE("draws: equal keys give equal numbers, any other key gives others") {
  const auto draw = [](std::uint64_t seed, Purpose purpose, std::uint64_t counter, std::uint32_t stream) {
    return Draws(seed, purpose, counter, at::kFloat, stream).uniform({64});
  };
  const auto base = draw(1, Purpose::data_critic, 7, 0);
  CHECK(base.equal(draw(1, Purpose::data_critic, 7, 0)));
  for (const auto& other : {draw(2, Purpose::data_critic, 7, 0), draw(1, Purpose::latent_critic, 7, 0),
                            draw(1, Purpose::data_critic, 8, 0), draw(1, Purpose::data_critic, 7, 1)}) {
    CHECK_FALSE(base.equal(other));
    CHECK((base - other).abs().min().item<double>() > 0);  // no word in common
  }
}

TEST_CASE("draws: a plugin's stream comes from its name") {
  CHECK(monge::train::stream_of("metric/modes") != monge::train::stream_of("metric/sliced_wasserstein"));
  CHECK(monge::train::stream_of("") == 2166136261U);  // FNV-1a's known answers
  CHECK(monge::train::stream_of("a") == 0xE40C292CU);
}

TEST_CASE("draws: uniforms are the same numbers in every precision and lie in [0, 1)") {
  const auto single = Draws(3, Purpose::enforcer, 0, at::kFloat).uniform({1000});
  const auto twice = Draws(3, Purpose::enforcer, 0, at::kDouble).uniform({1000});
  CHECK(single.to(at::kDouble).equal(twice));
  CHECK(single.min().item<double>() >= 0);
  CHECK(single.max().item<double>() < 1);
}

TEST_CASE("draws: the second call of one object goes on where the first ended") {
  Draws draws(3, Purpose::enforcer, 0, at::kFloat);
  const auto first = draws.uniform({4}), second = draws.uniform({4});
  CHECK(at::cat({first, second}).equal(Draws(3, Purpose::enforcer, 0, at::kFloat).uniform({8})));
}

TEST_CASE("draws: moments of 200,000 normals, and no infinity") {
  const auto z = Draws(5, Purpose::latent_critic, 1, at::kDouble).normal({200000});
  const double n = 200000;
  CHECK(z.isfinite().all().item<bool>());
  CHECK(std::abs(z.mean().item<double>()) < 5 / std::sqrt(n));
  CHECK(std::abs(z.square().mean().item<double>() - 1) < 5 * std::sqrt(2 / n));
  CHECK(std::abs(z.pow(4).mean().item<double>() - 3) < 5 * std::sqrt(96 / n));
}

TEST_CASE("draws: indices cover [0, n) evenly") {
  const auto index = Draws(5, Purpose::data_critic, 1, at::kFloat).index({100000}, 10);
  CHECK(index.min().item<std::int64_t>() == 0);
  CHECK(index.max().item<std::int64_t>() == 9);
  const auto counts = at::bincount(index).to(at::kDouble);
  CHECK((counts - 10000).abs().max().item<double>() < 5 * std::sqrt(9000.0));
}

TEST_CASE("draws: odd sizes and empty shapes") {
  Draws draws(1, Purpose::probe, 0, at::kFloat);
  CHECK(draws.normal({3, 5}).sizes() == at::IntArrayRef({3, 5}));
  CHECK(draws.uniform({}).dim() == 0);
  CHECK(draws.normal({0, 2}).numel() == 0);
}

}  // namespace draws_test
