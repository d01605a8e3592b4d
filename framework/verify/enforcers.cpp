// What is known of any enforcer, by its own values on a linear critic.
#include <algorithm>
#include <cmath>

#include "conform/check.h"
#include "conform/variants.h"
#include "verify/dirac.h"
#include "verify/dirac_map.h"
#include "verify/kinds.h"
#include "verify/linear_critic.h"

namespace monge::verify {
namespace {

// What is known of sizes and places is of penalties that look at slopes alone.
void spare_all_but_slopes(const Trial& trial) {
  const auto& enforcer = trial.game.enforcers.front();
  spare_states(enforcer.schema());
  if (enforcer.reads_score) throw conform::Spared("it looks at scores, not at slopes alone");
}

double penalty_at(Trial& trial, const Tensor& w) {
  trial.begin(at::zeros_like(trial.progress->generator.flat), w);
  return trial.step().penalty().item<double>();
}

// Any penalty: the step that training takes, against differences of what training says that it costs.
Finding any_step(plugin::Catalog& catalog, const Json& enforcer, bool by_hand) {
  constexpr double kStep = 1e-6;
  Setup setup = linear_critic({4}, enforcer);
  setup.data = at::zeros({8, 4});
  Trial trial(catalog, setup);
  spare_states(trial.game.enforcers.front().schema());
  std::vector<double> expected;
  for (const double slope : kSlopes) {
    const auto w = weights_of(trial, slope);
    expected.push_back(
        (penalty_at(trial, w * (1 + kStep / slope)) - penalty_at(trial, w * (1 - kStep / slope))) /
        (2 * kStep));
  }
  double largest = 1;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  return {expected, steepness_trained(catalog, enforcer, by_hand), 1e-5 * largest};
}

// All slopes are equal, and so are all real and all generated samples: one sample costs what eight do.
Finding any_batch(plugin::Catalog& catalog, const Json& enforcer) {
  std::vector<double> expected, got;
  for (const std::int64_t batch : {1, 8}) {
    Setup setup = linear_critic({2, 3, 3}, enforcer);
    setup.data = at::ones({8, 2, 3, 3});
    setup.batch_size = batch;
    Trial trial(catalog, setup);
    spare_all_but_slopes(trial);
    for (const double slope : kSlopes) {
      (batch == 1 ? expected : got).push_back(penalty_at(trial, weights_of(trial, slope)));
    }
  }
  return exactly(expected, got);
}

// A sample's norm is over all its dimensions: a w with the same entries at other places costs the same.
Finding any_place(plugin::Catalog& catalog, const Json& enforcer) {
  Setup setup = linear_critic({2, 3, 3}, enforcer);
  setup.data = at::zeros({8, 2, 3, 3});
  Trial trial(catalog, setup);
  spare_all_but_slopes(trial);
  std::vector<double> expected, got;
  for (const double slope : kSlopes) {
    const auto w = weights_of(trial, slope);
    expected.push_back(penalty_at(trial, w));
    got.push_back(penalty_at(trial, w.index_select(0, drawn_uniform({18}, 3).argsort())));
  }
  return exactly(expected, got);
}

// Every parameter in the set that it is projected to, after a long step.
Finding any_projection(plugin::Catalog& catalog, const Json& enforcer) {
  Setup setup = linear_critic({2, 3, 3}, enforcer);
  setup.critic_optimizer = gradient_descent(10);
  Trial trial(catalog, setup);
  trial.step();
  const auto& bound = trial.game.enforcers.front();
  if (bound.plugin->when() != Enforcer::When::after) throw conform::Spared("it projects before the update");
  double out = 0;
  for (std::size_t i = 0; i < trial.progress->critic.values.size(); ++i) {
    const auto& value = trial.progress->critic.values[i];
    const auto projected = bound.plugin->project(value, trial.game.critic->parameters()[i].role);
    out = std::max(out, (projected - value).abs().max().item<double>());
  }
  return exactly({0}, {out});
}

}  // namespace

Answers answers_of_enforcer(plugin::Catalog& catalog, const std::string& key) {
  Answers answers;
  const auto& library = catalog.get(key);
  for (const Json& table : conform::variants(library)) {
    const auto add = [&](const std::string& what, auto&& find) {
      answers.push_back({"penalties: " + label_of(table) + " " + what, "its own values", {key}, find});
    };
    if (library.schema.has_penalty) {
      for (const bool by_hand : {false, true}) {
        add(by_hand ? "steps down what it costs, by hand" : "steps down what it costs, by autograd",
            [&catalog, table, by_hand] { return any_step(catalog, table, by_hand); });
      }
      add("costs as much for one sample as for eight alike",
          [&catalog, table] { return any_batch(catalog, table); });
      add("costs as much wherever in [C, H, W] the slope is",
          [&catalog, table] { return any_place(catalog, table); });
    }
    if (library.schema.has_project) {
      add("holds every parameter in its set", [&catalog, table] { return any_projection(catalog, table); });
    }
    for (auto& answer : dirac_answers_of_enforcer(catalog, table)) answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace monge::verify
