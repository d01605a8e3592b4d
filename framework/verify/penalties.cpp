// The built-in penalties of a linear critic, and the steps down them.
#include "verify/answer.h"
#include "verify/known_penalties.h"
#include "verify/linear_critic.h"

namespace monge::verify {
namespace {

// What the training step says of the penalty at each of kSlopes, and of the slope.
std::vector<double> recorded(Trial& trial) {
  std::vector<double> numbers;
  for (const double slope : kSlopes) {
    trial.begin(at::zeros_like(trial.progress->generator.flat), weights_of(trial, slope));
    const auto record = trial.step();
    numbers.push_back(record.penalty().item<double>());
    numbers.push_back(record.slope_mean().item<double>());
  }
  return numbers;
}

Answer cost_answer(plugin::Catalog& catalog, const KnownPenalty& known, const Shape& sample, bool by_hand) {
  const bool image = sample.size() == 3;
  return {"penalties: " + known.name + " of a linear critic of " + (image ? "images" : "points") +
              (by_hand ? ", by hand" : ", by autograd"),
          known.source,
          {"enforcer/gradient_penalty"},
          [&catalog, known, sample, by_hand] {
            Setup setup = linear_critic(sample, known.table);
            setup.by_hand = by_hand;
            Trial trial(catalog, setup);
            std::vector<double> expected;
            for (const double slope : kSlopes) expected.insert(expected.end(), {known.cost(slope), slope});
            return exactly(expected, recorded(trial));
          }};
}

Answer step_answer(plugin::Catalog& catalog, const KnownPenalty& known, bool by_hand) {
  return {"penalties: a step down " + known.name + (by_hand ? ", by hand" : ", by autograd"),
          known.source + ", its derivative",
          {"enforcer/gradient_penalty"},
          [&catalog, known, by_hand] {
            std::vector<double> expected;
            for (const double slope : kSlopes) expected.push_back(known.steepness(slope));
            return exactly(expected, steepness_trained(catalog, known.table, by_hand));
          }};
}

// TF-GAN's test of its penalty: D(x) = 2 (x_1 + ... + x_4) has the slope 4.
Answer tf_gan(plugin::Catalog& catalog) {
  return {"penalties: TF-GAN's critic of slope 4 pays 9",
          "TF-GAN, losses_impl_test.py",
          {"enforcer/gradient_penalty"},
          [&catalog] {
            Trial trial(catalog, linear_critic({4}, gradient_penalty("lines", 1, 1)));
            trial.begin(at::zeros({4}), at::full({4}, 2.0));
            return exactly({9}, {trial.step().penalty().item<double>()});
          }};
}

}  // namespace

Answers penalty_answers(plugin::Catalog& catalog) {
  Answers answers;
  for (const KnownPenalty& known : known_penalties()) {
    for (const bool by_hand : {false, true}) {
      answers.push_back(cost_answer(catalog, known, {2, 3, 3}, by_hand));
      answers.push_back(step_answer(catalog, known, by_hand));
    }
  }
  answers.push_back(cost_answer(catalog, known_penalties().front(), {4}, true));
  answers.push_back(tf_gan(catalog));
  return answers;
}

}  // namespace monge::verify
