// Whole trainings with a known end.
//
// The bias of the penalty: between two points a distance d apart, the lines between them are one line, and a
// critic of slope s along it gains s d and pays lambda (|s| - 1)^2. It does best with s = 1 + d / (2 lambda),
// so that its gap is d + d^2 / (2 lambda) where the distance is d, and what it gains in all is d + d^2 / (4
// lambda). With lambda large a critic that begins on the wrong side of 0 never crosses it: it ends with s =
// -1 + d / (2 lambda). On two parallel lines the gap is larger than that: lines between unrelated ends thin
// out towards the borders, where the critic may be steeper.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>

#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

struct Ray {
  double length, lambda;
  const char* sides = "two";  // of the penalty
};

std::string text_of(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  return text;
}

Setup between_points(const Ray& ray, Layers critic) {
  Setup setup{.data = at::full({16, 1}, ray.length, at::kDouble),
              .generator = Layers{constant({1})},
              .critic = std::move(critic),
              .enforcers = {{{"plugin", "gradient_penalty"}, {"weight", ray.lambda}, {"sides", ray.sides}}}};
  setup.batch_size = 64;
  return setup;
}

// The gap, and what the critic gains less what it pays.
std::vector<double> reached(Trial& trial, int steps) {
  train::StepRecord last;
  for (int i = 0; i < steps; ++i) last = trial.step();
  return {last.gap().item<double>(), -(last.critic_loss + last.penalty()).item<double>()};
}

// `sign` of the slope that the critic begins with.
std::vector<double> best_of(const Ray& ray, double sign) {
  const double excess = ray.length * ray.length / ray.lambda;
  return {sign * ray.length + excess / 2, sign * ray.length + excess / 4};
}

Answer bias(const std::string& critic, const Ray& ray, std::function<Finding()> find) {
  const std::string length = text_of(ray.length), lambda = text_of(ray.lambda);
  return {"training: gap of a " + critic + ", d = " + length + ", lambda = " + lambda,
          "d + d^2 / (2 lambda), and d + d^2 / (4 lambda) in all",
          {"loss/wasserstein", "enforcer/gradient_penalty"},
          std::move(find)};
}

// Half the way to the best slope is left after each of 60 updates.
Answer linear_critic_bias(plugin::Catalog& catalog, const Ray& ray, double sign) {
  return bias(sign > 0 ? "linear critic" : "linear critic begun at -1", ray, [&catalog, ray, sign] {
    Setup setup = between_points(ray, Layers{linear(1).bias(false)});
    setup.critic_optimizer = gradient_descent(0.25 / ray.lambda);
    setup.critic_steps = 60;
    Trial trial(catalog, setup);
    trial.begin(at::zeros({1}), at::full({1}, sign));
    return exactly(best_of(ray, sign), reached(trial, 1));
  });
}

Answer network_bias(plugin::Catalog& catalog, const Ray& ray) {
  return bias(std::string("network (") + ray.sides + "-sided)", ray, [&catalog, ray] {
    constexpr int kSchedule = 20;
    Setup setup =
        between_points(ray, Layers{linear(32), leaky_relu(0.2), linear(32), leaky_relu(0.2), linear(1)});
    setup.critic_optimizer = {.learning_rate = 1e-2, .beta1 = 0.0, .beta2 = 0.9};
    setup.critic_optimizer.schedule = train::OptimizerSettings::Schedule::linear;
    setup.critic_optimizer.schedule_steps = kSchedule;
    setup.critic_steps = 100;
    Trial trial(catalog, setup);
    trial.begin(at::zeros({1}), {});
    const auto expected = best_of(ray, 1);
    return Finding{expected, reached(trial, kSchedule), 0.02 * expected.front()};
  });
}

// A critic x -> x for ever: a Wasserstein generator walks up by h a step, and its average follows it with the
// decay min(ema, (1 + n) / (10 + n)) of step n.
Answer moving_average(plugin::Catalog& catalog) {
  return {"training: moving average of a generator that walks",
          "a <- d a + (1 - d) theta, in plain arithmetic",
          {"loss/wasserstein"},
          [&catalog] {
            constexpr double kStep = 0.1, kEma = 0.3;
            Setup setup{.data = at::zeros({4, 1}),
                        .generator = Layers{constant({1})},
                        .critic = Layers{linear(1).bias(false)}};
            setup.generator_optimizer = gradient_descent(kStep);
            setup.ema = kEma;
            Trial trial(catalog, setup);
            trial.begin(at::zeros({1}), at::ones({1}));
            Finding finding{{}, {}, 1e-12};
            double average = 0;
            for (int n = 0; n < 8; ++n) {
              const double decay = std::min(kEma, (1.0 + n) / (10.0 + n));
              average = decay * average + (1 - decay) * kStep * (n + 1);
              trial.step();
              finding.expected.push_back(average);
              finding.got.push_back(trial.progress->average.item<double>());
            }
            return finding;
          }};
}

}  // namespace

Answers training_answers(plugin::Catalog& catalog) {
  Answers answers;
  for (const Ray& ray : {Ray{1, 10}, Ray{2, 1}, Ray{0.8, 0.1}})
    answers.push_back(linear_critic_bias(catalog, ray, 1));
  answers.push_back(linear_critic_bias(catalog, {1, 10}, -1));
  for (const Ray& ray : {Ray{1, 10, "one"}, Ray{2, 1}, Ray{0.8, 0.1}})
    answers.push_back(network_bias(catalog, ray));
  answers.push_back(moving_average(catalog));
  return answers;
}

}  // namespace monge::verify
