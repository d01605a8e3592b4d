#include <doctest/doctest.h>
#include <monge/real.h>
#include <torch/autograd.h>

#include <functional>
#include <vector>

namespace real_test {

using monge::Real;
using monge::Tensor;

namespace {

double value(const Real& a) { return (a * at::ones({}, at::kDouble)).item<double>(); }

}  // namespace

TEST_CASE("real: computes with numbers and its like, as a number and as one value a run") {
  const Real number = 3.0, run(at::full({}, 3.0, at::kDouble));
  for (const Real& a : {number, run}) {
    for (const Real& b : {number, run}) {
      CHECK(value(a + b) == 6);
      CHECK(value(a - b) == 0);
      CHECK(value(a * b) == 9);
      CHECK(value(a / b) == 1);
    }
    CHECK(value(1 - a) == -2);
    CHECK(value(a - 1) == 2);
    CHECK(value(2 * a) == 6);
    CHECK(value(a / 2.0) == 1.5);
    CHECK(value(6 / a) == 2);
    CHECK(value(-a) == -3);
  }
}

// A pack's runs may agree on a value, or not: what they compute must not depend on that.
TEST_CASE("real: a number and one value a run give the same bits, and the same derivatives") {
  at::manual_seed(0);
  using Function = std::function<Tensor(const Tensor&, const Real&, const Real&)>;
  const std::vector<std::pair<const char*, Function>> functions = {
      {"+", [](const Tensor& x, const Real& a, const Real&) { return x + a; }},
      {"-", [](const Tensor& x, const Real& a, const Real&) { return (x - a) * (a - x); }},
      {"*", [](const Tensor& x, const Real& a, const Real&) { return a * x; }},
      {"/", [](const Tensor& x, const Real& a, const Real&) { return x / a; }},
      {"over", [](const Tensor& x, const Real& a, const Real&) { return a / x; }},
      {"pow", [](const Tensor& x, const Real& a, const Real&) { return pow(x, a); }},
      {"clamp", [](const Tensor& x, const Real& a, const Real& b) { return clamp(x, a - b, a + b); }},
      {"among", [](const Tensor& x, const Real& a, const Real& b) {
         return (1 - a / b) * x + (a * b - 2) / (3 + b) * x;
       }}};
  for (const auto precision : {at::kFloat, at::kDouble}) {
    const Tensor x = at::rand({1001}, precision) * 4;
    for (const double a : {2.0, 1.0, 3.0, 0.5, 0.99, 6.0}) {
      for (const auto& [name, function] : functions) {
        CAPTURE(name);
        CAPTURE(a);
        const auto made = [&](const Real& one, const Real& other) {
          Tensor leaf = x.clone().set_requires_grad(true);
          const Tensor y = function(leaf, one, other);
          const Tensor first = torch::autograd::grad({y.sum()}, {leaf}, {}, true, true)[0];
          return at::stack({y, first});
        };
        const auto run = [](double value) { return Real(at::full({}, value, at::kDouble)); };
        const Tensor number = made(a, 0.3);
        CHECK(number.dtype() == precision);
        CHECK(at::equal(number, made(run(a), run(0.3))));
        CHECK(at::equal(number, made(run(a), 0.3)));
        CHECK(at::equal(number, made(a, run(0.3))));
      }
    }
  }
}

TEST_CASE("real: what describe may ask for, a run may not") {
  CHECK(Real(2.0).initial() == 2);
  CHECK_THROWS_AS(Real(at::ones({})).initial(), std::logic_error);
}

}  // namespace real_test
