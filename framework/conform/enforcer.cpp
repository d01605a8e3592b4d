// What the host relies on in an enforcer.
#include <torch/autograd.h>

#include "conform/common.h"
#include "conform/enforcer_functions.h"
#include "conform/kinds.h"
#include "conform/made_scores.h"
#include "conform/scalar.h"
#include "conform/small_critic.h"
#include "train/enforcing.h"

namespace monge::conform {
namespace {

using EnforcerSubject = Subject<Enforcer>;

void need_penalty(const EnforcerSubject& subject) {
  if (!subject.schema().has_penalty) throw Spared("it has no penalty()");
}

std::string shapes_of_points(const EnforcerSubject& subject) {
  if (!subject.schema().has_points) throw Spared("it has no points()");
  if (!subject.schema().has_penalty) return "it has points() but no penalty(), so nothing is looked at there";
  const Scores scores = made_scores(1);
  auto source = draws(1);
  const Tensor x = subject->points(scores, source);
  if (auto fault = train::unfit_points(x, scores.real_x); !fault.empty()) return fault;
  return finite(x) ? "" : "points() gives points that are not finite";
}

std::string shapes_of_weights(const EnforcerSubject& subject) {
  for (const auto& function : functions_of(subject)) {
    if (function.name != "weight" && function.name != "project") continue;
    const Tensor before = function.inputs(1)[0], after = function(1)[0];
    if (auto fault = train::other_shape(after, before, function.name); !fault.empty()) return fault;
    if (!finite(after)) return function.name + "() gives numbers that are not finite";
  }
  if (!subject.schema().has_weight && !subject.schema().has_project) {
    throw Spared("it has no weight() and no project()");
  }
  return "";
}

std::string states_keep_shape(const EnforcerSubject& subject) {
  if (subject.schema().states.empty()) throw Spared("it has no state");
  for (const auto& function : functions_of(subject)) {
    if (function.name != "penalty" && function.name != "weight") continue;
    const State before = state_from(function.inputs(1), subject.schema()),
                after = state_from(function(1), subject.schema());
    if (auto fault = train::other_states(after, before, function.name); !fault.empty()) return fault;
  }
  return "";
}

Tensors leaves(Tensors weights) {
  for (auto& weight : weights) weight = weight.detach().clone().requires_grad_();
  return weights;
}

// A critic steep enough that a one-sided penalty has something to say.
Tensors steep_weights() {
  Tensors weights = small_weights(2);
  for (auto& weight : weights) weight = weight * 2;
  return weights;
}

constexpr int kWarm = 200;  // power iterations that have settled

void need_derivative(const EnforcerSubject& subject) {
  if (!subject.schema().has_penalty && !subject.schema().has_weight) {
    throw Spared("it has no penalty() and no weight()");
  }
}

std::string reaches_the_weights(const EnforcerSubject& subject) {
  need_derivative(subject);
  const Tensors weights = leaves(steep_weights());
  const Tensor cost = cost_of(subject, mapped(subject, weights, kWarm));
  const std::string name = subject.schema().has_penalty ? "penalty" : "weight";
  if (auto fault = not_a_cost(cost, name); !fault.empty()) return fault;
  double most = 0;
  for (const Tensor& gradient : gradients(cost, weights)) {
    if (!finite(gradient)) return name + "() has a gradient that is not finite";
    most = std::max(most, gradient.abs().max().item<double>());
  }
  return most > 0 ? "" : "the gradient of " + name + "() does not reach the critic's weights";
}

// At the point where roots have their poles: a critic that is flat.
std::string flat_critic(const EnforcerSubject& subject) {
  need_penalty(subject);
  if (subject.schema().has_weight) throw Spared("its map of weights has none of zero");
  Tensors weights = small_weights(2);
  for (auto& weight : weights) weight = at::zeros_like(weight);
  weights = leaves(weights);
  const Tensor cost = cost_of(subject, weights);
  if (const auto fault = not_a_cost(cost, "penalty"); !fault.empty())
    return fault + " where the slope is zero";
  for (const Tensor& gradient : gradients(cost, weights)) {
    if (!finite(gradient)) return "penalty() has a gradient that is not finite where the slope is zero";
  }
  return "";
}

// The derivative in a direction, once from autograd and once from two values.
std::string derivative(const EnforcerSubject& subject) {
  need_derivative(subject);
  if (!subject.schema().states.empty()) throw Spared("it has a state, and may hold that constant");
  const Tensors weights = leaves(steep_weights()), direction = small_weights(9);
  const auto cost = [&](const Tensors& at) { return cost_of(subject, mapped(subject, at, 0)); };
  const Tensors slopes = gradients(cost(weights), weights);
  double claimed = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) claimed += (slopes[i] * direction[i]).sum().item<double>();
  const auto moved = [&](double step) {
    Tensors at;
    for (std::size_t i = 0; i < weights.size(); ++i) at.push_back(weights[i].detach() + step * direction[i]);
    return cost(leaves(at)).item<double>();
  };
  constexpr double kStep = 1e-5;
  const double measured = (moved(kStep) - moved(-kStep)) / (2 * kStep);
  if (std::abs(claimed - measured) <= 1e-4 * std::max(std::abs(measured), 1e-3)) return "";
  return "its gradient is " + std::to_string(claimed) + " in a direction in which its cost changes by " +
         std::to_string(measured) + ": a step of it is lost on the way back";
}

double penalty(const EnforcerSubject& subject, const Look& look) {
  State state = first_state(subject.schema(), {}, {});
  return subject->penalty(look, state).item<double>();
}

bool close(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max({std::abs(a), std::abs(b), 1.0}); }

// Every point of one sample.
Look look_of(const Look& all, std::int64_t sample) {
  Look one;
  one.at = slice_of(all.at, sample, 1);
  if (!all.x.defined()) return one;
  const auto every = [&](const Tensor& t) { return t.slice(0, sample, std::nullopt, kBatch); };
  one.x = every(all.x);
  one.score = every(all.score);
  one.slope = every(all.slope);
  return one;
}

std::string one_sample(const EnforcerSubject& subject) {
  need_penalty(subject);
  if (subject.schema().couples_batch) throw Spared("it declares d.couples_batch()");
  if (!subject.schema().states.empty()) throw Spared("its state is the whole batch's");
  const Look look = made_look(subject, 1);
  double sum = 0;
  for (std::int64_t i = 0; i < kBatch; ++i) sum += penalty(subject, look_of(look, i));
  return close(penalty(subject, look), sum / kBatch)
             ? ""
             : "penalty() of a batch is not the mean over its samples: is a norm taken over the whole batch? "
               "If it is meant, declare d.couples_batch()";
}

// The same numbers at other places of a sample: |slope| is what it was, whatever the norm.
std::string all_dimensions(const EnforcerSubject& subject) {
  need_penalty(subject);
  const Look look = made_look(subject, 1);
  if (!look.slope.defined()) throw Spared("it looks at no slope");
  auto source = draws(5);
  const Tensor order = source.uniform({look.slope[0].numel()}).argsort();
  const auto moved = [&](const Tensor& x) { return x.flatten(1).index_select(1, order).view_as(x); };
  Look other = look;
  other.x = moved(look.x);
  other.slope = moved(look.slope);
  other.at.real_x = moved(look.at.real_x);
  other.at.fake_x = moved(look.at.fake_x);
  return close(penalty(subject, look), penalty(subject, other))
             ? ""
             : "penalty() changes when a slope's entries change places: a sample's norm is over all its "
               "dimensions, slope.flatten(1)";
}

// Far beyond any slope that a penalty may ask for.
std::string sign_of_penalty(const EnforcerSubject& subject) {
  need_penalty(subject);
  const Look look = made_look(subject, 1);
  if (!look.slope.defined()) throw Spared("it looks at no slope");
  const auto at_slopes = [&](double times) {
    Look steep = look;
    steep.slope = look.slope * times;
    return penalty(subject, steep);
  };
  const double steep = at_slopes(1e3), steeper = at_slopes(1e4);
  return steeper < steep && !close(steep, steeper)
             ? "penalty() falls where slopes grow: the critic, which minimises it, is paid for being steep"
             : "";
}

std::string idempotent(const EnforcerSubject& subject) {
  if (!subject.schema().has_project) throw Spared("it has no project()");
  for (const auto& function : functions_of(subject)) {
    if (function.name != "project") continue;
    auto draw = draws(1);
    const Tensor once = function(1)[0];
    if (!at::allclose(function.call({once}, draw)[0], once, 1e-5, 1e-8)) {
      return "project() moves a parameter that it has just projected";
    }
  }
  return "";
}

}  // namespace

Checks<Enforcer> enforcer_checks() {
  Checks<Enforcer> checks{
      {"shape of points", "points come in whole batches, so that each has a class", shapes_of_points},
      {"shape of weights", "a parameter's place in the arena has its shape", shapes_of_weights},
      {"shape of states", "a snapshot and a pack hold states of one shape", states_keep_shape},
      {"reaches the weights", "a penalty without a gradient is a number in a table", reaches_the_weights},
      {"flat critic", "a critic begins almost flat, and one gradient that is not finite ends a run",
       flat_critic},
      {"derivative", "the slope is a derivative already, so the penalty's needs a second one", derivative},
      {"sign of the penalty", "a critic that gains by its slope makes it grow without end", sign_of_penalty},
      {"one sample at a time", "samples of a batch must not weigh each other unsaid", one_sample},
      {"all dimensions", "the slope's norm is over a whole sample, not over the channels of a pixel",
       all_dimensions},
      {"idempotent", "the host may project at any time", idempotent},
  };
  const FunctionsOf<Enforcer> functions = [](const EnforcerSubject& s) { return functions_of(s); };
  add_purity<Enforcer>(checks, functions);
  add_tracing<Enforcer>(checks, functions);
  add_memory<Enforcer>(checks, functions);
  return checks;
}

}  // namespace monge::conform
