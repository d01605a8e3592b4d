#include <doctest/doctest.h>
#include <monge/real.h>

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

TEST_CASE("real: what describe may ask for, a run may not") {
  CHECK(Real(2.0).initial() == 2);
  CHECK_THROWS_AS(Real(at::ones({})).initial(), std::logic_error);
}

}  // namespace real_test
