// LeCam regularisation against its anchors by hand.
#include <doctest/doctest.h>

#include "opened.h"

namespace lecam_test {

using doctest::Approx;
using monge::Enforcer;
using monge::Look;
using monge::State;
using namespace monge::test;

namespace {

State begun(const monge::plugin::Bound<Enforcer>& enforcer) {
  State state;
  auto source = draws(1);
  for (const auto& spec : enforcer.schema().states) state.all()[spec.name] = spec.initial({}, {}, source);
  return state;
}

Look scored(const std::vector<double>& real, const std::vector<double>& fake) {
  Look look;
  look.at.real = vector(real).requires_grad_();
  look.at.fake = vector(fake).requires_grad_();
  return look;
}

}  // namespace

TEST_CASE("lecam: first anchors are the first batch's means, later ones a decaying mean") {
  Opened opened;
  const auto lecam = opened.bind<Enforcer>("lecam", {{"weight", 1}, {"decay", 0.5}});
  auto state = begun(lecam);
  // Means 2 and -1: E(r + 1)^2 = (4 + 16) / 2, E(f - 2)^2 = 9.
  CHECK(number(lecam->penalty(scored({1, 3}, {-1, -1}), state)) == Approx(10 + 9));
  // Means 5 and 2, anchors (2 + 2 * 5) / 3 = 4 and (-1 + 2 * 2) / 3 = 1.
  CHECK(number(lecam->penalty(scored({5, 5}, {2, 2}), state)) == Approx(16 + 4));
}

TEST_CASE(
    "lecam: one-sided, real scores below the mean of fakes and fake scores above that of reals are free") {
  Opened opened;
  const auto lecam = opened.bind<Enforcer>("lecam", {{"weight", 1}, {"sides", "one"}});
  auto state = begun(lecam);
  CHECK(number(lecam->penalty(scored({-1, -1}, {2, 2}), state)) == Approx(0));
  auto fresh = begun(lecam);
  CHECK(number(lecam->penalty(scored({2, 2}, {-1, -1}), fresh)) == Approx(9 + 9));
}

TEST_CASE("lecam: a constant score is its own mean, however slow the decay") {
  Opened opened;
  const auto lecam = opened.bind<Enforcer>("lecam", {{"weight", 1}, {"decay", 0.9999999}});
  auto state = begun(lecam);
  Look look = scored({0.3, 0.3}, {0.3, 0.3});
  look.at.real = look.at.real.detach().to(at::kFloat);
  look.at.fake = look.at.fake.detach().to(at::kFloat);
  for (auto& [name, tensor] : state.all()) tensor = tensor.to(at::kFloat);
  double last = 1;
  for (int i = 0; i < 100; ++i) last = number(lecam->penalty(look, state));
  CHECK(last < 1e-9);
}

TEST_CASE("lecam: anchors are constants to the gradient and plain tensors in the state") {
  Opened opened;
  const auto lecam = opened.bind<Enforcer>("lecam", {{"weight", 1}});
  auto state = begun(lecam);
  const auto look = scored({1, 3}, {-1, -1});
  const auto gradient = torch::autograd::grad({lecam->penalty(look, state)}, {look.at.real})[0];
  CHECK(at::allclose(gradient, vector({2.0, 4.0})));  // 2 (r + 1) / 2
  for (const auto& [name, tensor] : state.all()) CHECK_FALSE(tensor.requires_grad());
}

TEST_CASE("lecam: finite with finite gradients at scores of 10,000 in float32") {
  Opened opened;
  const auto lecam = opened.bind<Enforcer>("lecam");
  State state;
  auto source = draws(1, at::kFloat);
  for (const auto& spec : lecam.schema().states) state.all()[spec.name] = spec.initial({}, {}, source);
  Look look;
  look.at.real = at::tensor({1e4F, -1e4F}).requires_grad_();
  look.at.fake = at::tensor({-1e4F, 1e4F}).requires_grad_();
  for (int i = 0; i < 3; ++i) {
    const auto paid = lecam->penalty(look, state);
    CHECK(paid.isfinite().item<bool>());
    for (const auto& slope : torch::autograd::grad({paid}, {look.at.real, look.at.fake}))
      CHECK(slope.isfinite().all().item<bool>());
  }
}

}  // namespace lecam_test
