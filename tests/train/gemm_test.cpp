#include "train/gemm.h"

#include <doctest/doctest.h>

#include "train/draws.h"

namespace gemm_test {

using namespace monge;

namespace {

Tensor normal(std::uint64_t counter, const Shape& shape, at::ScalarType precision) {
  return train::Draws(7, train::Purpose::probe, counter, at::kDouble).normal(shape).to(precision);
}

// Thin on either side, of one row or column, and larger than a register block of every kernel.
const std::vector<Shape> kShapes = {{5, 7, 3},    {64, 2, 16}, {3, 64, 2},  {64, 16, 1},  {1, 64, 64},
                                    {2, 100, 33}, {1, 1, 1},   {4, 3, 129}, {129, 65, 67}};

}  // namespace

TEST_CASE("product: every shape and layout, in both precisions") {
  for (const auto precision : {at::kFloat, at::kDouble}) {
    const double close = precision == at::kFloat ? 1e-5 : 1e-12;
    for (const auto& s : kShapes) {
      CAPTURE(s);
      const auto a = normal(1, {s[0], s[1]}, precision), b = normal(2, {s[1], s[2]}, precision);
      const auto expected = a.to(at::kDouble).mm(b.to(at::kDouble)).to(precision);
      CHECK(train::product(a, b).allclose(expected, close, close));
      CHECK(train::product(a.t().contiguous().t(), b).allclose(expected, close, close));
      CHECK(train::product(a, b.t().contiguous().t()).allclose(expected, close, close));
      // Every other column of a wider matrix: neither rows nor columns lie together.
      const auto apart = at::stack({a, a}, 2).flatten(1).slice(1, 0, std::nullopt, 2);
      CHECK(train::product(apart, b).allclose(expected, close, close));
    }
  }
}

TEST_CASE("add_product: adds, into a part of a wider matrix too") {
  for (const auto precision : {at::kFloat, at::kDouble}) {
    const auto a = normal(1, {40, 12}, precision), b = normal(2, {40, 9}, precision);
    auto wide = at::ones({12, 20}, precision);
    train::add_product(a.t(), b, wide.narrow(1, 3, 9));
    auto expected = at::ones({12, 20}, precision);
    expected.narrow(1, 3, 9).add_(a.t().mm(b));
    CHECK(wide.allclose(expected, 1e-5, 1e-5));
  }
}

TEST_CASE("product: what is not a number stays so, and what was there before does not count") {
  const auto a = at::full({8, 8}, NAN), b = at::eye(8);
  CHECK(train::product(a, b).isnan().all().item<bool>());
  for (int i = 0; i < 50; ++i) {  // memory that was full of NaN is used again
    CHECK(train::product(at::ones({8, 8}), b).equal(at::ones({8, 8})));
    CHECK(train::product(at::ones({8, 8}), b.narrow(1, 0, 2)).equal(at::ones({8, 2})));
    (void)at::full({8, 8}, NAN);
    (void)at::full({8, 2}, NAN);
  }
}

TEST_CASE("product_library: named with its version, or LibTorch") {
  const auto name = train::product_library();
  CHECK((name == "LibTorch" || name.rfind("oneDNN ", 0) == 0));
}

}  // namespace gemm_test
