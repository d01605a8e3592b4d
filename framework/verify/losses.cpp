// What losses cost, which way they pull, and what their critics' optimum says.
#include <cmath>

#include "conform/variants.h"
#include "verify/dirac.h"
#include "verify/kinds.h"
#include "verify/known_losses.h"

namespace monge::verify {
namespace {

Tensor vector(const std::vector<double>& numbers) { return at::tensor(numbers, at::kDouble); }

double cost(const Tensor& scalar) { return scalar.item<double>(); }

Answer constants(plugin::Catalog& catalog, const KnownLoss& known) {
  return {"losses: " + label_of(known.table) + " of known scores", known.source, {known.key()}, [&] {
            const auto loss = plugin::bind<Loss>(catalog, known.table);
            Scores scores;
            scores.real = vector(known.real);
            scores.fake = vector(known.fake);
            // The published numbers have five decimals.
            return Finding{{known.critic, known.generator},
                           {cost(loss->critic(scores)), cost(loss->generator(scores))},
                           5e-6};
          }};
}

// Real samples around 1.5, generated ones at -1, a critic w x + b that begins at 0. Its first step must part
// the scores, the real ones one way and the generated ones the other (which of them up is the loss's own
// choice), and the generator's must then take its samples towards the real ones.
Finding signs(plugin::Catalog& catalog, const Json& loss) {
  Setup setup{.data = at::linspace(1, 2, 16).view({16, 1}),
              .generator = Layers{constant({1})},
              .critic = Layers{linear(1)},
              .loss = loss};
  setup.batch_size = 16;
  setup.critic_optimizer = setup.generator_optimizer = gradient_descent(0.05);
  Trial trial(catalog, setup);
  trial.begin(at::full({1}, -1.0), at::zeros({2}));
  trial.step();
  const auto critic = numbers_of(trial.progress->critic.flat);  // w, b
  const double real = critic[0] * 1.5 + critic[1], fake = -critic[0] + critic[1];
  const double moved = trial.progress->generator.flat.item<double>() + 1;
  const auto sign = [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; };
  return {{1, 1}, {-sign(real) * sign(fake), sign(moved)}, 0};
}

Answer sign_answer(plugin::Catalog& catalog, const std::string& key, const Json& table) {
  return {"losses: signs of " + label_of(table),
          "a game of two players: each undoes what the other does",
          {key},
          [&catalog, table] { return signs(catalog, table); }};
}

// Two atoms, which real samples hit with 3/4 and 1/4, generated ones with 1/4 and 3/4: u = p / q is 3 or 1/3.
struct Optimum {
  Json table;
  double high, low;  // the best critic's scores at u = 3 and u = 1/3
  double cost;       // what it then pays
  std::string source;
};

std::vector<Optimum> optima() {
  const double three = std::log(3.0), kl = 0.5 * three;  // KL(p, q) = KL(q, p) = 3/4 log 3 - 1/4 log 3
  const double js = 0.75 * std::log(1.5) + 0.25 * std::log(0.5);  // KL to the mixture (1/2, 1/2), both ways
  const double root = std::sqrt(3.0);
  const auto f = [](const char* name, double high, double low, double divergence) {
    return Optimum{{{"plugin", "f_divergence"}, {"divergence", name}},
                   high,
                   low,
                   -divergence,
                   "Nowozin et al. (2016), eq. 5 and table 1"};
  };
  return {f("kl", 1 + three, 1 - three, kl),
          f("reverse_kl", three, -three, kl),
          f("pearson", 4, -4.0 / 3, 4.0 / 3),
          f("squared_hellinger", three / 2, -three / 2, 2 - root),
          f("js", three, -three, 2 * js),
          f("total_variation", 20, -20, 0.5),
          {{{"plugin", "bce"}}, three, -three, std::log(4.0) - 2 * js, "Goodfellow et al. (2014), theorem 1"},
          {{{"plugin", "least_squares"}}, 0.75, 0.25, 0.1875, "Mao et al. (2017), eq. 5"},
          {{{"plugin", "hinge"}}, 1, -1, 1, "Lim & Ye (2017): 2 (1 - total variation)"}};
}

Answer optimum_answer(plugin::Catalog& catalog, const Optimum& optimum) {
  return {"losses: " + label_of(optimum.table) + " of the best critic",
          optimum.source,
          {"loss/" + optimum.table.at("plugin").get<std::string>()},
          [&catalog, optimum] {
            const auto loss = plugin::bind<Loss>(catalog, optimum.table);
            Scores scores;
            scores.real = vector({optimum.high, optimum.high, optimum.high, optimum.low});
            scores.fake = vector({optimum.high, optimum.low, optimum.low, optimum.low});
            return exactly({optimum.cost}, {cost(loss->critic(scores))});
          }};
}

// f^c(y_j) = min_i |x_i - y_j| - f(x_i): real samples at 0, 3, 7, generated ones at 1, 2, 6.
Answer c_transform_answer(plugin::Catalog& catalog, bool transform) {
  const Json table{{"plugin", "c_transform"}, {"generator", transform ? "transform" : "critic"}};
  return {"losses: " + label_of(table) + " of known scores",
          "Mallasto et al. (2019), eq. 7, by hand",
          {"loss/c_transform"},
          [&catalog, table, transform] {
            const auto loss = plugin::bind<Loss>(catalog, table);
            Scores scores;
            scores.real = vector({0, 2, 1});
            scores.fake = vector({5, 6, 7});
            scores.real_x = vector({0, 3, 7}).view({3, 1});
            scores.fake_x = vector({1, 2, 6}).view({3, 1});
            // f^c: min(1, 0, 5) = 0, min(2, -1, 4) = -1, min(6, 1, 0) = 0.
            return exactly({-2.0 / 3, transform ? -1.0 / 3 : -6},
                           {cost(loss->critic(scores)), cost(loss->generator(scores))});
          }};
}

}  // namespace

Answers loss_answers(plugin::Catalog& catalog) {
  Answers answers;
  for (const KnownLoss& known : known_losses()) answers.push_back(constants(catalog, known));
  for (const bool transform : {true, false}) answers.push_back(c_transform_answer(catalog, transform));
  for (const Optimum& optimum : optima()) answers.push_back(optimum_answer(catalog, optimum));
  for (const KnownLoss& known : known_losses())
    answers.push_back(sign_answer(catalog, known.key(), known.table));
  for (const char* generator : {"transform", "critic"}) {
    answers.push_back(
        sign_answer(catalog, "loss/c_transform", {{"plugin", "c_transform"}, {"generator", generator}}));
  }
  return answers;
}

Answers answers_of_loss(plugin::Catalog& catalog, const std::string& key) {
  Answers answers;
  for (const Json& table : conform::variants(catalog.get(key)))
    answers.push_back(sign_answer(catalog, key, table));
  for (const Json& table : conform::variants(catalog.get(key))) {
    for (auto& answer : dirac_answers_of_loss(catalog, table)) answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace monge::verify
