// Losses against numbers known from elsewhere.
#include <doctest/doctest.h>

#include "opened.h"

namespace losses_test {

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

TEST_CASE("losses: bce with real targets of 0.875 is 6.19637 for the critic, as TF-GAN's smoothed one") {
  Opened opened;
  const auto loss = opened.bind<Loss>("bce", {{"label_smoothing", 0.125}});
  CHECK(number(loss->critic(known_scores())) == Approx(6.19637).epsilon(1e-6));
  CHECK(number(loss->generator(known_scores())) == Approx(1.38582).epsilon(1e-6));  // one-sided
}

TEST_CASE("losses: wasserstein_labels of TF-GAN's scores is wasserstein, or its negative for the label +1") {
  Opened opened;
  const auto loss = opened.bind<Loss>("wasserstein_labels");
  CHECK(number(loss->critic(known_scores())) == Approx(0.225));
  CHECK(number(loss->generator(known_scores())) == Approx(-3.125));
  const auto mirrored = opened.bind<Loss>("wasserstein_labels", {{"real_label", "+1"}});
  CHECK(number(mirrored->critic(known_scores())) == Approx(-0.225));
  CHECK(number(mirrored->generator(known_scores())) == Approx(3.125));
}

TEST_CASE("losses: hinge of TF-GAN's scores is 6.75 for the critic and -3.125 for the generator") {
  Opened opened;
  const auto loss = opened.bind<Loss>("hinge");
  CHECK(number(loss->critic(known_scores())) == Approx(6.75));
  CHECK(number(loss->generator(known_scores())) == Approx(-3.125));
  const auto none = opened.bind<Loss>("hinge", {{"margin", 0}});
  CHECK(number(none->critic(known_scores())) == Approx((5 + 18.0) / 4));
}

TEST_CASE("losses: least_squares of TF-GAN's scores is 41.73375 for the critic, 17.69625 for the generator") {
  Opened opened;
  const auto loss = opened.bind<Loss>("least_squares");
  CHECK(number(loss->critic(known_scores())) == Approx(41.73375));
  CHECK(number(loss->generator(known_scores())) == Approx(17.69625));
}

TEST_CASE("losses: relativistic_average of TF-GAN's scores is 4.390114 and 4.940114") {
  Opened opened;
  const auto loss = opened.bind<Loss>("relativistic_average");
  auto scores = known_scores();
  scores.real = vector({-2, 0.4, 12.5, 2.7});
  CHECK(number(loss->critic(scores)) == Approx(4.390114).epsilon(1e-6));
  CHECK(number(loss->generator(scores)) == Approx(4.940114).epsilon(1e-6));
}

TEST_CASE("losses: relativistic ones see score differences only") {
  Opened opened;
  for (const auto& name : {"relativistic_average", "relativistic_pairing"}) {
    for (const auto& table : opened.variants("loss", name)) {
      const auto loss = monge::plugin::bind<Loss>(opened.catalog, table);
      auto scores = known_scores();
      const double critic = number(loss->critic(scores)), generator = number(loss->generator(scores));
      scores.real = scores.real + 100;
      scores.fake = scores.fake + 100;
      CHECK(number(loss->critic(scores)) == Approx(critic));
      CHECK(number(loss->generator(scores)) == Approx(generator));
    }
  }
}

TEST_CASE("losses: every one is finite with finite gradients at scores of 10,000, in float32 too") {
  Opened opened;
  for (const auto& name : opened.catalog.known("loss")) {
    for (const auto& table : opened.variants("loss", name)) {
      CAPTURE(table.dump());
      const auto loss = monge::plugin::bind<Loss>(opened.catalog, table);
      for (const auto type : {at::kFloat, at::kDouble}) {
        auto scores = made_scores(2, 4, {2}, type);
        scores.real = at::tensor({1e4, -1e4, 1e4, -1e4}, type).requires_grad_();
        scores.fake = at::tensor({1e4, 1e4, -1e4, -1e4}, type).requires_grad_();
        for (const auto& value : {loss->critic(scores), loss->generator(scores)}) {
          CHECK(value.isfinite().item<bool>());
          const auto gradients = torch::autograd::grad({value}, {scores.real, scores.fake}, {}, std::nullopt,
                                                       false, /*allow_unused=*/true);
          for (const auto& gradient : gradients) {
            if (gradient.defined()) CHECK(gradient.isfinite().all().item<bool>());
          }
        }
      }
    }
  }
}

// A public repository has shipped a "GAN" whose two players both raised the scores of fakes. Scores between
// the codes of least_squares, where its players disagree. c_transform's critic reads no score of a fake: its
// own test.
TEST_CASE(
    "losses: in every loss the critic raises real and lowers fake scores, and the generator raises fake "
    "ones; for the label +1 all turned round") {
  Opened opened;
  for (const auto& name : opened.catalog.known("loss")) {
    if (name == "c_transform") continue;
    for (const auto& table : opened.variants("loss", name)) {
      CAPTURE(table.dump());
      const auto loss = monge::plugin::bind<Loss>(opened.catalog, table);
      const double up = table.value("real_label", "") == "+1" ? -1 : 1;
      auto scores = made_scores(1, 16, {2});
      scores.real = scores.real.sigmoid().requires_grad_();
      scores.fake = scores.fake.sigmoid().requires_grad_();
      const auto critic = torch::autograd::grad({loss->critic(scores)}, {scores.real, scores.fake});
      CHECK(up * number(critic[0].sum()) < 0);
      CHECK(up * number(critic[1].sum()) > 0);
      const auto generator = torch::autograd::grad({loss->generator(scores)}, {scores.fake});
      CHECK(up * number(generator[0].sum()) < 0);
    }
  }
}

}  // namespace losses_test
