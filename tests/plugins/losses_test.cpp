// Losses against numbers known from elsewhere.
#include <doctest/doctest.h>

#include "opened.h"

using doctest::Approx;
using monge::Loss;
using monge::Scores;
using namespace monge::test;

namespace {

// The scores of TF-GAN's losses_impl_test.py; the constants were computed again from the papers' formulas.
Scores known_scores() {
  Scores scores;
  scores.real = vector({-5, 1.4, 12.5, 2.7});
  scores.fake = vector({10, 4.4, -5.5, 3.6});
  return scores;
}

}  // namespace

TEST_CASE("losses: wasserstein of TF-GAN's scores is 0.225 for the critic and -3.125 for the generator") {
  Opened opened;
  const auto loss = opened.bind<Loss>("wasserstein");
  CHECK(number(loss->critic(known_scores())) == Approx(0.225));
  CHECK(number(loss->generator(known_scores())) == Approx(-3.125));
}

TEST_CASE("losses: bce of TF-GAN's scores is 5.83387 for the critic, 1.38582 or -4.51082 for the generator") {
  Opened opened;
  const auto loss = opened.bind<Loss>("bce");
  CHECK(number(loss->critic(known_scores())) == Approx(5.83387).epsilon(1e-6));
  CHECK(number(loss->generator(known_scores())) == Approx(1.38582).epsilon(1e-6));
  const auto saturating = opened.bind<Loss>("bce", {{"generator", "saturating"}});
  CHECK(number(saturating->critic(known_scores())) == Approx(5.83387).epsilon(1e-6));
  CHECK(number(saturating->generator(known_scores())) == Approx(-4.51082).epsilon(1e-6));
}

TEST_CASE("losses: bce stays finite and linear at scores where exp overflows") {
  Opened opened;
  const auto loss = opened.bind<Loss>("bce");
  Scores scores;
  scores.real = vector({-1000});
  scores.fake = vector({1000});
  CHECK(number(loss->critic(scores)) == Approx(2000));
  CHECK(number(loss->generator(scores)) == Approx(0));
  scores.fake = vector({-1000});
  CHECK(number(loss->generator(scores)) == Approx(1000));
}

// A public repository has shipped a "GAN" whose two players both raised the scores of fakes.
TEST_CASE(
    "losses: in every loss the critic raises real and lowers fake scores, and the generator raises fake "
    "ones") {
  Opened opened;
  for (const auto& name : opened.catalog.known("loss")) {
    for (const auto& table : opened.variants("loss", name)) {
      CAPTURE(table.dump());
      const auto loss = monge::plugin::bind<Loss>(opened.catalog, table);
      auto scores = made_scores(1, 16, {2});
      scores.real.requires_grad_();
      scores.fake.requires_grad_();
      const auto critic = torch::autograd::grad({loss->critic(scores)}, {scores.real, scores.fake});
      CHECK(number(critic[0].sum()) < 0);
      CHECK(number(critic[1].sum()) > 0);
      const auto generator = torch::autograd::grad({loss->generator(scores)}, {scores.fake});
      CHECK(number(generator[0].sum()) < 0);
    }
  }
}
