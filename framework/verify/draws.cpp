// The random numbers behind every run: the generator's published vectors, and moments of what is made of
// them.
#include "train/draws.h"

#include <cmath>

#include "train/philox.h"
#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

std::vector<double> words(const train::PhiloxBlock& block) { return {block.begin(), block.end()}; }

// Random123, kat_vectors, philox4x32 10: counter, key, result.
Answer philox_vector(const std::string& name, const train::PhiloxBlock& counter, const train::PhiloxKey& key,
                     const train::PhiloxBlock& result) {
  return {"draws: Philox 4x32-10 of " + name, "Salmon et al. (2011), Random123, kat_vectors", {}, [=] {
            return Finding{words(result), words(train::philox(counter, key)), 0};
          }};
}

// Mean, variance and the fourth moment where there is one of interest; each with its own standard error, of
// which the numbers are multiples.
Answer moments(const std::string& name, bool normal) {
  return {"draws: moments of " + name + " numbers (in errors)",
          "their distribution's, 100,000 numbers",
          {},
          [normal] {
            constexpr std::int64_t kCount = 100'000;
            const auto x = normal ? drawn_normal({kCount}, 5) : drawn_uniform({kCount}, 5);
            const auto errors = [&](const Tensor& values, double expected, double variance) {
              return (values.mean().item<double>() - expected) / std::sqrt(variance / kCount);
            };
            // Of the normal: E x^2 = 1, E x^4 = 3, E x^8 = 105. Of the uniform: E x^k = 1 / (k + 1).
            std::vector<double> got =
                normal ? std::vector{errors(x, 0, 1), errors(x.square(), 1, 2), errors(x.pow(4), 3, 105 - 9)}
                       : std::vector{errors(x, 0.5, 1.0 / 12), errors(x.square(), 1.0 / 3, 1.0 / 5 - 1.0 / 9),
                                     errors(x.pow(4), 1.0 / 5, 1.0 / 9 - 1.0 / 25)};
            return by_chance({0, 0, 0}, got, 1);
          }};
}

Answer indices() {
  return {"draws: indices fall on each of ten alike (in errors)",
          "chi-squared of 9 degrees: mean 9, variance 18",
          {},
          [] {
            constexpr std::int64_t kCount = 100'000;
            train::Draws draws(5, train::Purpose::probe, 0, at::kDouble);
            const auto counts = at::bincount(draws.index({kCount}, 10), {}, 10).to(at::kDouble);
            const double expected = kCount / 10.0;
            const double chi = ((counts - expected).square() / expected).sum().item<double>();
            return by_chance({0}, {(chi - 9) / std::sqrt(18.0)}, 1);
          }};
}

// Streams of other purposes, counters and seeds: their products average to nothing.
Answer independence() {
  return {"draws: correlations of unlike streams (in errors)", "independent numbers: 0", {}, [] {
            constexpr std::int64_t kCount = 100'000;
            const auto stream = [](std::uint64_t seed, train::Purpose purpose, std::uint64_t counter,
                                   std::uint32_t which) {
              return train::Draws(seed, purpose, counter, at::kDouble, which).normal({kCount});
            };
            const auto base = stream(1, train::Purpose::enforcer, 0, 0);
            const auto with = [&](const Tensor& other) {
              return (base * other).mean().item<double>() * std::sqrt(static_cast<double>(kCount));
            };
            return by_chance({0, 0, 0, 0},
                             {with(stream(2, train::Purpose::enforcer, 0, 0)),
                              with(stream(1, train::Purpose::metric, 0, 0)),
                              with(stream(1, train::Purpose::enforcer, 1, 0)),
                              with(stream(1, train::Purpose::enforcer, 0, 1))},
                             1);
          }};
}

}  // namespace

Answers draw_answers() {
  constexpr std::uint32_t kAll = 0xFFFFFFFF;
  return {philox_vector("zeros", {0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}),
          philox_vector("ones", {kAll, kAll, kAll, kAll}, {kAll, kAll},
                        {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}),
          philox_vector("the digits of pi", {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                        {0xa4093822, 0x299f31d0}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}),
          moments("normal", true),
          moments("uniform", false),
          indices(),
          independence()};
}

}  // namespace monge::verify
