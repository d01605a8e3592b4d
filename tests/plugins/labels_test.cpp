// The Wasserstein loss with labels, trained beside the plain one.
#include <doctest/doctest.h>

#include "opened.h"
#include "toy_game.h"
#include "train/step.h"

namespace labels_test {

using monge::Tensor;
using monge::train::Progress;
using namespace monge::test;

namespace {

struct Ended {
  std::vector<Tensor> critic;
  Tensor generator;
};

// Twenty steps in float32. `turned`: the critic's last layer begins with the other sign.
Ended played(const Json& loss, bool turned = false) {
  Opened opened;
  toy::ToyGame toy(at::kFloat);
  toy.game.loss = monge::plugin::bind<monge::Loss>(opened.catalog, loss);
  toy.game.enforcers.push_back({opened.bind<monge::Enforcer>("gradient_penalty")});
  monge::train::probe(toy.game);
  Progress progress(toy.game);
  if (turned) {
    const at::NoGradGuard no_grad;
    for (std::size_t i = progress.critic.values.size() - 2; i < progress.critic.values.size(); ++i)
      progress.critic.values[i].neg_();
  }
  for (int i = 0; i < 20; ++i) monge::train::macro_step(toy.game, progress, false);
  Ended ended{{}, progress.generator.flat.clone()};
  for (const auto& value : progress.critic.values) ended.critic.push_back(value.detach().clone());
  return ended;
}

}  // namespace

TEST_CASE("wasserstein_labels: with the label -1 it trains to the same bits as wasserstein") {
  const auto plain = played({{"plugin", "wasserstein"}});
  const auto labels = played({{"plugin", "wasserstein_labels"}, {"real_label", "-1"}});
  CHECK(at::equal(plain.generator, labels.generator));
  for (std::size_t i = 0; i < plain.critic.size(); ++i) CHECK(at::equal(plain.critic[i], labels.critic[i]));
}

TEST_CASE(
    "wasserstein_labels: with the label +1 it trains to the same bits from a critic whose last layer is "
    "negated") {
  const auto plain = played({{"plugin", "wasserstein"}});
  const auto labels = played({{"plugin", "wasserstein_labels"}, {"real_label", "+1"}}, /*turned=*/true);
  CHECK(at::equal(plain.generator, labels.generator));
  const auto last = plain.critic.size() - 2;
  for (std::size_t i = 0; i < plain.critic.size(); ++i)
    CHECK(at::equal(plain.critic[i], i < last ? labels.critic[i] : -labels.critic[i]));
  CHECK_FALSE(
      at::equal(plain.generator, played({{"plugin", "wasserstein_labels"}, {"real_label", "+1"}}).generator));
}

}  // namespace labels_test
