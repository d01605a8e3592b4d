#include "train/enforcing.h"

#include <doctest/doctest.h>

#include "toy_game.h"
#include "train/calling.h"
#include "train/step.h"

namespace enforcing_test {

using namespace toy;

namespace {

template <int rows>
struct Cut final : Enforcer {
  static void describe(Describe<Cut>& d) { d.doc("keeps the first rows of a parameter"); }
  Tensor project(const Tensor& w, const Role&) const override { return w.narrow(0, 0, rows).clone(); }
};

/// A running mean of scores that begins in LibTorch's usual precision.
template <bool grows>
struct Remembers final : Enforcer {
  static void describe(Describe<Remembers>& d) {
    d.doc("costs the running mean of scores");
    d.couples_batch();
    d.state("mean", "running mean", [](const Tensor&, const Role&, Draw&) { return at::zeros({}); });
  }
  Tensor penalty(const Look& look, State& state) const override {
    const Tensor mean = (state["mean"] + look.at.real.mean().detach()) / 2;
    state["mean"] = grows ? mean.unsqueeze(0) : mean;
    return (look.at.real - state["mean"]).square().mean();
  }
};

}  // namespace

TEST_CASE("enforcing: a projection of another shape is told by its name") {
  ToyGame toy;
  toy.add_enforcer<Cut<1>>();
  train::Progress progress(toy.game);
  const auto project = [&] { train::project(toy.game, progress.critic.values, Enforcer::When::after); };
  CHECK_THROWS_WITH_AS(project(), "in enforcer/toy: project() gives [1, 2] for a parameter [16, 2]",
                       train::PluginFault);
  CHECK_NOTHROW(train::project(toy.game, progress.critic.values, Enforcer::When::before));
}

TEST_CASE("enforcing: a state begins in the run's precision") {
  ToyGame toy;
  toy.add_enforcer<Remembers<false>>();
  train::probe(toy.game);
  train::Progress progress(toy.game);
  CHECK(progress.penalty_states[0]["mean"].dtype() == at::kDouble);
  train::macro_step(toy.game, progress, false);
  CHECK(progress.penalty_states[0]["mean"].dtype() == at::kDouble);
  CHECK(progress.penalty_states[0]["mean"].item<double>() != 0);
}

TEST_CASE("enforcing: a state that changes its shape is found by the probe") {
  ToyGame toy;
  toy.add_enforcer<Remembers<true>>();
  CHECK_THROWS_WITH_AS(train::probe(toy.game),
                       "in enforcer/toy: penalty() leaves its state 'mean' as Double [1], which began as "
                       "Double []; neither may change",
                       train::PluginFault);
}

TEST_CASE("enforcing: a state that no snapshot can hold is found as it begins") {
  train::Draws draw(1, train::Purpose::probe, 0, at::kDouble);
  for (const auto type : {at::kBool, at::kInt, at::kByte}) {
    const StateSpec spec{"seen", "",
                         [type](const Tensor&, const Role&, Draw&) { return at::zeros({2}, type); }};
    CHECK_THROWS_WITH_AS(train::first_value(spec, {}, {}, draw, at::kDouble),
                         doctest::Contains("its state 'seen' begins as "), std::runtime_error);
  }
  const StateSpec count{"count", "",
                        [](const Tensor&, const Role&, Draw&) { return at::zeros({}, at::kLong); }};
  CHECK(train::first_value(count, {}, {}, draw, at::kDouble).dtype() == at::kLong);
}

}  // namespace enforcing_test
