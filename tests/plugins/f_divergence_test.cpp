// f-GAN's bound is tight: at the best critic's scores it is the divergence itself.
#include <doctest/doctest.h>

#include "opened.h"

namespace f_divergence_test {

using doctest::Approx;
using monge::Loss;
using monge::Scores;
using namespace monge::test;

namespace {

// Two points with probabilities (3/4, 1/4) in the real samples and (1/4, 3/4) in the fake ones, so that the
// ratios p/q are 3 and 1/3. `best` is the score for the ratio u with f'(u) = g(score).
struct Known {
  std::string divergence;
  double best_at_3, best_at_third, value;
};

const double kLog3 = std::log(3.0);

std::vector<Known> known_divergences() {
  const auto at = [](const auto& f) { return 0.25 * f(3.0) + 0.75 * f(1 / 3.0); };  // E_q f(p/q)
  return {
      {"kl", 1 + kLog3, 1 - kLog3, at([](double u) { return u * std::log(u); })},
      {"reverse_kl", kLog3, -kLog3, at([](double u) { return -std::log(u); })},
      {"js", kLog3, -kLog3, at([](double u) { return u * std::log(u) - (u + 1) * std::log((u + 1) / 2); })},
      {"squared_hellinger", kLog3 / 2, -kLog3 / 2,
       at([](double u) { return (std::sqrt(u) - 1) * (std::sqrt(u) - 1); })},
      {"pearson", 2 * (3 - 1), 2 * (1 / 3.0 - 1), at([](double u) { return (u - 1) * (u - 1); })},
      {"total_variation", 40, -40, at([](double u) { return std::abs(u - 1) / 2; })},
  };
}

Scores scores_of(double at_3, double at_third) {
  Scores scores;
  scores.real = vector({at_3, at_3, at_3, at_third});
  scores.fake = vector({at_3, at_third, at_third, at_third});
  return scores;
}

}  // namespace

TEST_CASE("f_divergence: the best critic's loss is the negative divergence, and no other critic's is lower") {
  Opened opened;
  for (const auto& known : known_divergences()) {
    CAPTURE(known.divergence);
    const auto loss = opened.bind<Loss>("f_divergence", {{"divergence", known.divergence}});
    CHECK(number(loss->critic(scores_of(known.best_at_3, known.best_at_third))) == Approx(-known.value));
    for (const double moved : {-0.3, 0.3}) {
      CHECK(number(loss->critic(scores_of(known.best_at_3 + moved, known.best_at_third))) >
            -known.value - 1e-12);
      CHECK(number(loss->critic(scores_of(known.best_at_3, known.best_at_third + moved))) >
            -known.value - 1e-12);
    }
  }
}

TEST_CASE("f_divergence: every divergence of the schema is known here") {
  Opened opened;
  std::size_t choices = 0;
  for (const auto& param : opened.catalog.get("loss/f_divergence").schema.params) {
    if (param.name == "divergence") choices = param.choices.size();
  }
  CHECK(choices == known_divergences().size());
}

TEST_CASE("f_divergence: the generator's bound is the part of the critic's that it can change") {
  Opened opened;
  for (const auto& known : known_divergences()) {
    CAPTURE(known.divergence);
    const auto loss =
        opened.bind<Loss>("f_divergence", {{"divergence", known.divergence}, {"generator", "divergence"}});
    auto scores = made_scores(3, 8, {2});
    scores.fake.requires_grad_();
    const auto critic = torch::autograd::grad({loss->critic(scores)}, {scores.fake})[0];
    const auto generator = torch::autograd::grad({loss->generator(scores)}, {scores.fake})[0];
    CHECK(at::equal(critic, -generator));
  }
}

}  // namespace f_divergence_test
