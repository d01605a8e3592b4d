// What the host relies on in a loss.
#include "conform/common.h"
#include "conform/kinds.h"
#include "conform/loss_functions.h"
#include "conform/made_scores.h"
#include "conform/scalar.h"

namespace monge::conform {
namespace {

using LossSubject = Subject<Loss>;

Scores leaves(Scores scores) {
  for (auto* part : {&scores.real, &scores.fake, &scores.real_x, &scores.fake_x}) {
    *part = part->detach().clone().requires_grad_();
  }
  return scores;
}

Scores in_precision(const Scores& scores, at::ScalarType precision) {
  Tensors parts = parts_of(scores);
  for (auto& part : parts) part = part.to(precision);
  return scores_of(parts);
}

// Scores that are all equal, samples that are all equal: where roots and logarithms have their poles.
Scores equal_scores() {
  Scores scores = made_scores(1);
  scores.real = at::zeros_like(scores.real);
  scores.fake = at::zeros_like(scores.fake);
  scores.fake_x = scores.real_x;
  return scores;
}

std::string costs(const LossSubject& subject) {
  for (const auto precision : {at::kDouble, at::kFloat}) {
    const Scores scores = in_precision(made_scores(1), precision);
    for (const auto& [name, cost] :
         {std::pair{"critic", subject->critic(scores)}, {"generator", subject->generator(scores)}}) {
      if (auto fault = not_a_cost(cost, name); !fault.empty()) return fault;
      if (cost.scalar_type() != precision) {
        return std::string(name) + "() gives " + c10::toString(cost.scalar_type()) +
               " where the scores are " + c10::toString(precision);
      }
    }
  }
  return "";
}

std::string finite_gradients(const LossSubject& subject) {
  for (const Scores& made : {made_scores(1), equal_scores()}) {
    const Scores scores = leaves(made);
    for (const auto& [name, cost] :
         {std::pair{"critic", subject->critic(scores)}, {"generator", subject->generator(scores)}}) {
      if (auto fault = not_a_cost(cost, name); !fault.empty()) return fault;
      for (const Tensor& gradient : gradients(cost, parts_of(scores))) {
        if (!finite(gradient)) return std::string(name) + "() has a gradient that is not finite";
      }
    }
  }
  return "";
}

bool moves(const Tensor& cost, const Tensors& inputs) {
  for (const Tensor& gradient : gradients(cost, inputs)) {
    if (gradient.abs().max().item<double>() > 0) return true;
  }
  return false;
}

std::string both_players_learn(const LossSubject& subject) {
  const Scores scores = leaves(made_scores(1));
  const Tensor critic = subject->critic(scores);
  if (!moves(critic, {scores.real, scores.real_x})) return "critic() does not depend on the real scores";
  if (!moves(critic, {scores.fake, scores.fake_x})) return "critic() does not depend on the fake scores";
  if (!moves(subject->generator(scores), {scores.fake, scores.fake_x})) {
    return "generator() does not depend on the fake scores";
  }
  return "";
}

// At scores of zero, where every published loss agrees on the direction (LSGAN turns back at its targets).
double change(const LossSubject& subject, bool critic, bool real) {
  Scores scores = leaves(equal_scores());
  scores.fake_x = leaves(made_scores(1)).fake_x;
  const Tensor cost = critic ? subject->critic(scores) : subject->generator(scores);
  return gradients(cost, {real ? scores.real : scores.fake})[0].sum().item<double>();
}

constexpr double kRounding = 1e-9;

// A loss may call real what is low: then everything is the other way round, for both players.
bool mirrored(const LossSubject& subject) {
  return change(subject, true, true) > kRounding || change(subject, true, false) < -kRounding;
}

std::string sign_of_critic(const LossSubject& subject) {
  const double real = change(subject, true, true), fake = change(subject, true, false);
  return (real > kRounding && fake > kRounding) || (real < -kRounding && fake < -kRounding)
             ? "critic() pulls real and fake scores the same way"
             : "";
}

std::string sign_of_generator(const LossSubject& subject) {
  const double fake = change(subject, false, false);
  if (mirrored(subject) ? fake >= -kRounding : fake <= kRounding) return "";
  return std::string("generator() falls when fake scores ") + (fake > 0 ? "fall" : "rise") +
         ", and so does critic(): both players pull the same way";
}

// The mean over samples of each alone.
std::string per_sample(const LossSubject& subject) {
  if (subject.schema().couples_batch) throw Spared("it declares d.couples_batch()");
  const Scores scores = made_scores(1);
  for (const auto& function : functions_of(subject)) {
    const auto cost = [&](const Scores& s) {
      auto draw = draws(1);
      return function.call(parts_of(s), draw)[0];
    };
    Tensor sum = at::zeros({}, at::kDouble);
    for (std::int64_t i = 0; i < kBatch; ++i) sum += cost(slice_of(scores, i, 1));
    if (!at::allclose(cost(scores), sum / kBatch, 1e-9, 1e-9)) {
      return function.name +
             "() of a batch is not the mean over its samples; if that is meant, declare "
             "d.couples_batch()";
    }
  }
  return "";
}

// As in the host: what the gradient does not show to be read is not there in the generator's turn.
std::string generators_turn(const LossSubject& subject) {
  const Scores scores = leaves(made_scores(1));
  if (moves(subject->generator(scores), {scores.real, scores.real_x})) {
    throw Spared("its generator() reads real scores, so the host gives them");
  }
  const Tensor whole = subject->generator(scores).detach();
  Scores only_fake = scores;
  only_fake.real = only_fake.real_x = Tensor();
  std::string why = "generator() reads real scores, samples or labels without a gradient to show for it";
  try {
    return at::equal(subject->generator(only_fake).detach(), whole) ? "" : why;
  } catch (const c10::Error&) {
    return why;
  }
}

}  // namespace

Checks<Loss> loss_checks() {
  Checks<Loss> checks{
      {"cost", "each player minimises one finite number in the run's precision", costs},
      {"finite gradients", "one gradient that is not finite ends a run", finite_gradients},
      {"both players learn", "a player whose loss ignores its scores never moves", both_players_learn},
      {"sign of the critic", "its step must part real scores from fake ones", sign_of_critic},
      {"sign of the generator", "its step must undo the critic's, or there is no game", sign_of_generator},
      {"one sample at a time", "samples of a batch must not weigh each other unsaid", per_sample},
      {"generator's turn", "the host computes for it only what its gradient shows it to read",
       generators_turn},
  };
  const FunctionsOf<Loss> functions = [](const LossSubject& s) { return functions_of(s); };
  add_purity<Loss>(checks, functions);
  add_tracing<Loss>(checks, functions);
  add_memory<Loss>(checks, functions);
  return checks;
}

}  // namespace monge::conform
