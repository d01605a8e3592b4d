// Sums of columns against LibTorch's in double precision.
#include "kernels/columns.h"

#include <doctest/doctest.h>

#include "kernels/stacks.h"

namespace columns_test {

using namespace monge;

namespace {

constexpr std::int64_t kRuns = 3;

Tensor random(const Shape& shape, std::uint64_t counter = 0) {
  return test::random(1, c10::multiply_integers(shape), at::kFloat, counter).view(shape);
}

bool close(const Tensor& got, const Tensor& expected) {
  return ((got - expected).abs().max() / expected.abs().max()).item<double>() < 1e-6;
}

/// All three sums of x and thin, onto ones.
void check(const Tensor& x, const Tensor& thin, bool fresh) {
  const auto c = x.size(2), t = thin.size(2);
  const auto products = at::ones({kRuns, c, t}, x.options()), sums = at::ones({kRuns, c}, x.options()),
             thin_sums = at::ones({kRuns, t}, x.options());
  kernels::add_columns({.x = x,
                        .thin = thin,
                        .products = products.transpose(1, 2).unsqueeze(2),
                        .sums = sums.unsqueeze(1),
                        .thin_sums = thin_sums},
                       fresh);
  const auto wide = x.to(at::kDouble), slim = thin.to(at::kDouble);
  const double before = fresh ? 0 : 1;
  CHECK(close(products, at::bmm(wide.transpose(1, 2), slim) + before));
  CHECK(close(sums, wide.sum(1) + before));
  CHECK(close(thin_sums, slim.sum(1) + before));
}

}  // namespace

TEST_CASE("columns: products with few columns and both sums, of any sizes and strides") {
  for (const std::int64_t rows : {1, 31, 300, 1025, 3000}) {
    for (const std::int64_t columns : {1, 3, 32, 36, 70}) {
      for (const std::int64_t t : {1, 2, 3, 8}) {
        CAPTURE(rows);
        CAPTURE(columns);
        CAPTURE(t);
        const auto x = random({kRuns, rows, columns}), thin = random({kRuns, rows, t}, 1);
        check(x, thin, t % 2 == 0);
        const auto all = random({rows, kRuns, columns + 4}, 2).transpose(0, 1);
        check(all.narrow(2, columns % 4, columns), thin.transpose(1, 2).contiguous().transpose(1, 2),
              t % 2 == 1);
      }
    }
  }
}

TEST_CASE("columns: sums alone, of numbers seen everywhere, kept in another order") {
  const auto x = random({kRuns, 40, 6});
  const auto kept = at::zeros({kRuns, 3, 2});  // columns as [2, 3]
  kernels::add_columns({.x = x, .sums = kept.transpose(1, 2)}, false);
  CHECK(close(kept.transpose(1, 2).flatten(1), x.sum(1)));
  const auto one = at::ones({1, 1, 1}).expand({kRuns, 40, 1}), sum = at::empty({kRuns, 1, 1});
  kernels::add_columns({.x = one, .sums = sum}, true);
  CHECK(sum.eq(40).all().item<bool>());
  const auto nothing = at::full({kRuns, 1, 6}, NAN);
  kernels::add_columns({.x = x.narrow(1, 0, 0), .sums = nothing}, true);
  CHECK(nothing.eq(0).all().item<bool>());
}

TEST_CASE("columns: a run's bits are the same in any company") {
  const auto x = random({kRuns, 2500, 40}), thin = random({kRuns, 2500, 3}, 1);
  const auto all = at::empty({kRuns, 3, 1, 40}), one = at::empty({1, 3, 1, 40});
  kernels::add_columns({.x = x, .thin = thin, .products = all}, true);
  kernels::add_columns({.x = x.narrow(0, 1, 1), .thin = thin.narrow(0, 1, 1), .products = one}, true);
  CHECK(all.narrow(0, 1, 1).equal(one));
}

TEST_CASE("columns: what does not fit is refused") {
  const auto x = random({2, 5, 4});
  const auto add = [&](const kernels::Columns& columns) { kernels::add_columns(columns, true); };
  CHECK_THROWS(add({.x = x.transpose(1, 2), .sums = at::empty({2, 1, 5})}));
  CHECK_THROWS(add({.x = x, .sums = at::empty({2, 1, 5})}));
  CHECK_THROWS(add({.x = x.to(at::kDouble), .sums = at::empty({2, 1, 4})}));
  CHECK_THROWS(add({.x = x, .products = at::empty({2, 1, 1, 4})}));
  CHECK_THROWS(add({.x = x, .thin = at::empty({2, 5, 9}), .products = at::empty({2, 9, 1, 4})}));
  CHECK_THROWS(add({.x = x, .thin = at::empty({2, 4, 2}), .products = at::empty({2, 2, 1, 4})}));
}

}  // namespace columns_test
