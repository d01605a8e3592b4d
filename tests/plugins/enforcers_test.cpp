// No enforcer, and weight clipping, against closed forms.
#include <doctest/doctest.h>

#include "opened.h"

namespace enforcers_test {

using doctest::Approx;
using monge::Enforcer;
using monge::Role;
using monge::Tensor;
using namespace monge::test;

namespace {

Role role(Role::Part part) {
  Role role;
  role.part = part;
  return role;
}

constexpr Role::Part kParts[] = {Role::Part::weight, Role::Part::bias, Role::Part::gain, Role::Part::shift};

}  // namespace

TEST_CASE("none: has no function, so the host does no work for it") {
  Opened opened;
  const auto& schema = opened.catalog.get("enforcer/none").schema;
  CHECK_FALSE((schema.has_points || schema.has_penalty || schema.has_weight || schema.has_project));
}

TEST_CASE("clip: brings every parameter into the box, leaves those inside alone and is idempotent") {
  Opened opened;
  const auto& schema = opened.catalog.get("enforcer/clip").schema;
  CHECK((schema.has_project && !schema.has_points && !schema.has_penalty && !schema.has_weight));
  const auto clip = opened.bind<Enforcer>("clip", {{"bound", 0.5}});
  const auto w = vector({-3, -0.5, -0.2, 0, 0.49, 7});
  for (const auto part : kParts) {
    const auto once = clip->project(w, role(part));
    CHECK(at::equal(once, vector({-0.5, -0.5, -0.2, 0, 0.49, 0.5})));
    CHECK(at::equal(clip->project(once, role(part)), once));
  }
  CHECK(at::equal(w, vector({-3, -0.5, -0.2, 0, 0.49, 7})));  // pure
}

TEST_CASE("clip: a NaN stays one, so that a diverged run is seen to have diverged") {
  Opened opened;
  const auto clip = opened.bind<Enforcer>("clip");
  CHECK(clip->project(vector({std::nan("")}), role(Role::Part::weight)).isnan().all().item<bool>());
}

TEST_CASE("clip: with what = weights, biases, gains and shifts are left alone") {
  Opened opened;
  const auto clip = opened.bind<Enforcer>("clip", {{"what", "weights"}});
  const auto w = vector({-1, 1});
  CHECK(at::equal(clip->project(w, role(Role::Part::weight)), vector({-0.01, 0.01})));
  for (const auto part : {Role::Part::bias, Role::Part::gain, Role::Part::shift}) {
    CHECK(at::equal(clip->project(w, role(part)), w));
  }
}

TEST_CASE("clip: acts after the update as the paper says, or before it as its published code does") {
  Opened opened;
  CHECK(opened.bind<Enforcer>("clip")->when() == Enforcer::When::after);
  CHECK(opened.bind<Enforcer>("clip", {{"when", "before"}})->when() == Enforcer::When::before);
}

TEST_CASE(
    "clip: a ReLU network of equal weights at the bound has slope c^L sqrt(n0) prod(n_i), which is the "
    "most") {
  Opened opened;
  const double c = 0.01;
  const auto clip = opened.bind<Enforcer>("clip", {{"bound", c}});
  auto x = at::ones({1, 2}, at::kDouble).requires_grad_();
  Tensor y = x;
  for (const auto& [in, out] : {std::pair{2, 512}, {512, 512}, {512, 512}, {512, 1}}) {
    y = y.matmul(clip->project(at::ones({in, out}, at::kDouble), role(Role::Part::weight)));
    if (out > 1) y = y.relu();
  }
  const auto slope = torch::autograd::grad({y.sum()}, {x})[0];
  CHECK(number(slope.norm()) == Approx(std::pow(c, 4) * std::sqrt(2.0) * std::pow(512, 3)));
}

}  // namespace enforcers_test
