// Steps of the optimisers, learning rates and the moving average, against their papers' formulas in plain
// arithmetic.
#include <cmath>
#include <functional>
#include <numbers>

#include "train/game.h"
#include "train/optimizer.h"
#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

using Kind = train::OptimizerSettings::Kind;
using Schedule = train::OptimizerSettings::Schedule;

constexpr double kGradients[3] = {1, -2, 0.5};  // of the first three steps
constexpr double kRate = 0.1, kStart = 3;

struct Memory {
  double parameter = kStart, first = 0, second = 0;
};
/// One step by the formula; t from 1.
using Formula = std::function<void(Memory&, double gradient, int t)>;

// After each of three steps.
Finding compared(const train::OptimizerSettings& settings, const Formula& formula) {
  Memory memory;
  auto parameter = at::full({1}, kStart, at::kDouble);
  train::Moments moments(parameter);
  Finding finding{{}, {}, 1e-9};
  for (int t = 1; t <= 3; ++t) {
    formula(memory, kGradients[t - 1], t);
    finding.expected.push_back(memory.parameter);
    moments.gradient.fill_(kGradients[t - 1]);
    train::update(settings, kRate, parameter, moments);
    finding.got.push_back(parameter.item<double>());
  }
  return finding;
}

Answer step_answer(const std::string& name, const std::string& source,
                   const train::OptimizerSettings& settings, const Formula& formula) {
  return {"optimisers: three steps of " + name, source, {}, [settings, formula] {
            return compared(settings, formula);
          }};
}

Answer adam(bool decoupled) {
  train::OptimizerSettings settings;
  settings.kind = decoupled ? Kind::adamw : Kind::adam;
  settings.beta1 = 0.5;
  settings.beta2 = 0.9;
  settings.weight_decay = decoupled ? 0.01 : 0;
  return step_answer(decoupled ? "AdamW" : "Adam",
                     decoupled ? "Loshchilov & Hutter (2019), alg. 2" : "Kingma & Ba (2015), alg. 1",
                     settings, [s = settings](Memory& m, double g, int t) {
                       m.parameter -= kRate * s.weight_decay * m.parameter;
                       m.first = s.beta1 * m.first + (1 - s.beta1) * g;
                       m.second = s.beta2 * m.second + (1 - s.beta2) * g * g;
                       const double first = m.first / (1 - std::pow(s.beta1, t));
                       const double second = m.second / (1 - std::pow(s.beta2, t));
                       m.parameter -= kRate * first / (std::sqrt(second) + s.epsilon);
                     });
}

Answer rmsprop(double momentum) {
  train::OptimizerSettings settings;
  settings.kind = Kind::rmsprop;
  settings.momentum = momentum;
  return step_answer(momentum > 0 ? "RMSprop with momentum" : "RMSprop",
                     "Tieleman & Hinton (2012), lecture 6.5", settings,
                     [s = settings](Memory& m, double g, int) {
                       m.second = s.alpha * m.second + (1 - s.alpha) * g * g;
                       m.first = s.momentum * m.first + g / (std::sqrt(m.second) + s.epsilon);
                       m.parameter -= kRate * m.first;
                     });
}

Answer descent(double momentum) {
  train::OptimizerSettings settings = gradient_descent(kRate);
  settings.momentum = momentum;
  return step_answer(momentum > 0 ? "SGD with momentum" : "SGD", "Polyak (1964), v <- m v + g, p <- p - h v",
                     settings, [s = settings](Memory& m, double g, int) {
                       m.first = s.momentum * m.first + g;
                       m.parameter -= kRate * m.first;
                     });
}

Answer schedule(const std::string& name, Schedule kind, const std::function<double(double)>& share) {
  return {"optimisers: learning rates of a " + name + " decay",
          "Loshchilov & Hutter (2017), eq. 5; a line",
          {},
          [kind, share] {
            train::OptimizerSettings settings = gradient_descent(kRate);
            settings.schedule = kind;
            settings.schedule_steps = 100;
            settings.final_factor = 0.1;
            Finding finding{{}, {}, 1e-12};
            for (const int step : {1, 26, 51, 101, 1000}) {
              finding.expected.push_back(kRate * (0.1 + 0.9 * share(std::min(1.0, (step - 1) / 100.0))));
              finding.got.push_back(train::learning_rate_at(settings, step));
            }
            return finding;
          }};
}

Answer warm_up() {
  return {"optimisers: learning rates of a warm-up", "a line from 0 to the whole rate", {}, [] {
            train::OptimizerSettings settings = gradient_descent(kRate);
            settings.warm_up_steps = 10;
            return exactly({0.01, 0.05, 0.1, 0.1},
                           {train::learning_rate_at(settings, 1), train::learning_rate_at(settings, 5),
                            train::learning_rate_at(settings, 10), train::learning_rate_at(settings, 500)});
          }};
}

// Arjovsky et al.'s code: 100 critic updates for each of the first 25 generator steps and every 500th.
Answer critic_warm_up() {
  return {"optimisers: critic updates of 1,000 generator steps with WGAN's warm-up",
          "martinarjovsky/WassersteinGAN, main.py: 100 while step < 25 and at 500",
          {},
          [] {
            train::Settings settings;
            settings.warm_up = true;
            double updates = 0;
            for (int step = 1; step <= 1000; ++step)
              updates += static_cast<double>(train::critic_updates_at(settings, step));
            return exactly({26 * 100 + 974 * 5}, {updates});
          }};
}

}  // namespace

Answers optimizer_answers() {
  return {descent(0),
          descent(0.9),
          rmsprop(0),
          rmsprop(0.9),
          adam(false),
          adam(true),
          schedule("linear", Schedule::linear, [](double done) { return 1 - done; }),
          schedule("cosine", Schedule::cosine,
                   [](double done) { return (1 + std::cos(std::numbers::pi * done)) / 2; }),
          warm_up(),
          critic_warm_up()};
}

}  // namespace monge::verify
