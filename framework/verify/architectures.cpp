// Critics of any architecture: derivatives that training finds in two ways, and weights as they begin.
#include <monge/error.h>

#include "conform/check.h"
#include "conform/variants.h"
#include "train/affine_pass.h"
#include "verify/kinds.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

// The networks for points of two dimensions, or for small images where it refuses points.
Setup players(plugin::Catalog& catalog, const Json& table) {
  const auto architecture = plugin::bind<Architecture>(catalog, table);
  std::string refusal;
  for (const Shape& sample : {Shape{2}, Shape{1, 28, 28}, Shape{1, 32, 32}}) {
    const Problem problem{sample, 1, 0, Range::unbounded};
    try {
      Shape batch = sample;
      batch.insert(batch.begin(), 8);
      return {.data = drawn_normal(batch, 1),
              .generator = architecture->generator(problem),
              .critic = architecture->critic(problem),
              .enforcers = {{{"plugin", "gradient_penalty"}}}};
    } catch (const Error& error) {
      refusal = error.what();
    }
  }
  throw conform::Spared("it refuses the samples that are tried: " + refusal);
}

// What training records of its first step, by both ways to a gradient.
Finding by_hand_as_by_autograd(plugin::Catalog& catalog, const Json& table) {
  Finding finding;
  for (const bool by_hand : {false, true}) {
    Setup setup = players(catalog, table);
    setup.by_hand = by_hand;
    Trial trial(catalog, setup);
    if (!train::is_piecewise_linear(*trial.game.critic)) {
      throw conform::Spared("its critic is not piecewise linear, so its gradients are autograd's");
    }
    const auto record = trial.step();
    auto& side = by_hand ? finding.got : finding.expected;
    for (const Tensor& number : {record.gap(), record.penalty(), record.slope_mean(), record.slope_max(),
                                 record.critic_gradient_norm, record.generator_gradient_norm}) {
      side.push_back(number.item<double>());
    }
  }
  return exactly(finding.expected, finding.got);
}

// A step down the critic's gradient, so short that what it saves is what the gradient says. A trial that
// begins again draws the same samples.
Finding first_order(plugin::Catalog& catalog, const Json& table) {
  constexpr double kLength = 1e-5;
  Setup setup = players(catalog, table);
  setup.enforcers.clear();
  Trial trial(catalog, setup);
  const auto before = trial.step();
  const double norm = before.critic_gradient_norm.item<double>();
  const auto down = trial.progress->critic_moments.gradient * (-kLength / norm);
  trial.begin({}, trial.progress->critic.flat + down);
  const double saved = (before.critic_loss - trial.step().critic_loss).item<double>();
  return {{1}, {saved / (kLength * norm)}, 1e-3};
}

Answer hand_answer(plugin::Catalog& catalog, const std::string& key, const Json& table) {
  return {
      "architectures: gradients of " + label_of(table) + " by hand", "autograd's", {key}, [&catalog, table] {
        return by_hand_as_by_autograd(catalog, table);
      }};
}

Answer order_answer(plugin::Catalog& catalog, const std::string& key, const Json& table) {
  return {"architectures: what a step of " + label_of(table) + " saves of its gradient",
          "Taylor: h |gradient|, as a share",
          {key},
          [&catalog, table] { return first_order(catalog, table); }};
}

}  // namespace

Answers architecture_answers(plugin::Catalog& catalog) {
  Answers answers;
  for (const char* name : {"mlp", "dcgan", "lucic", "resnet", "dirac"}) {
    const std::string key = std::string("architecture/") + name;
    answers.push_back(order_answer(catalog, key, {{"plugin", name}}));
  }
  answers.push_back(hand_answer(catalog, "architecture/mlp", {{"plugin", "mlp"}}));
  answers.push_back(hand_answer(catalog, "architecture/dcgan", {{"plugin", "dcgan"}}));
  return answers;
}

Answers answers_of_architecture(plugin::Catalog& catalog, const std::string& key) {
  Answers answers;
  for (const Json& table : conform::variants(catalog.get(key))) {
    answers.push_back(order_answer(catalog, key, table));
    answers.push_back(hand_answer(catalog, key, table));
  }
  return answers;
}

}  // namespace monge::verify
