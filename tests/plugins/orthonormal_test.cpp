// Orthonormal weights against singular values.
#include <doctest/doctest.h>

#include "mapped.h"

namespace orthonormal_test {

using doctest::Approx;
using monge::Role;
using monge::Tensor;
using namespace monge::test;

TEST_CASE("orthonormal: wide weights get orthonormal rows, tall ones orthonormal columns, at every order") {
  Opened opened;
  for (std::int64_t order = 1; order <= 4; ++order) {
    const Json table = {{"plugin", "orthonormal"}, {"iterations", 40}, {"order", order}};
    for (const auto& [out, in] : {std::pair{5, 8}, {8, 5}, {6, 6}, {1, 7}, {7, 1}}) {
      const auto w = draws(out).normal({out, in});
      const auto made = Mapped(opened, table, linear_role(in), w)(w);
      const auto gram = out <= in ? made.matmul(made.t()) : made.t().matmul(made);
      CHECK(at::allclose(gram, at::eye(std::min(out, in), at::kDouble), 1e-9, 1e-9));
    }
  }
}

TEST_CASE("orthonormal: the result is the nearest, u v^T of the singular value decomposition") {
  Opened opened;
  const auto w = draws(3).normal({5, 8});
  const auto [u, s, vh] = at::linalg_svd(w, false);
  const auto made = Mapped(opened, {{"plugin", "orthonormal"}, {"iterations", 40}}, linear_role(8), w)(w);
  CHECK(at::allclose(made, u.matmul(vh), 1e-9, 1e-9));
}

TEST_CASE("orthonormal: no singular value exceeds 1, however few the iterations and large the weights") {
  Opened opened;
  for (std::int64_t iterations = 1; iterations <= 6; ++iterations) {
    for (const double scale : {1e-3, 1.0, 1e3}) {
      const auto w = draws(iterations).normal({32, 48}) * scale;
      const Json table = {
          {"plugin", "orthonormal"}, {"iterations", iterations}, {"order", 1 + iterations % 3}};
      CHECK(number(singular_values(Mapped(opened, table, linear_role(48), w)(w))[0]) <= 1 + 1e-12);
    }
  }
}

TEST_CASE("orthonormal: a convolution's slope is at most ceil(k / stride)") {
  Opened opened;
  for (const auto& [k, stride, bound] : {std::tuple{3, 1, 3}, {4, 2, 2}, {3, 2, 2}}) {
    const auto kernel = draws(k).normal({6, 2, k, k});
    const auto role = conv_role({2, 8, 8}, stride, 1);
    const auto made = Mapped(opened, {{"plugin", "orthonormal"}, {"iterations", 40}}, role, kernel)(kernel);
    CHECK(made.sizes() == kernel.sizes());
    CHECK(at::allclose(singular_values(made.flatten(1)), at::ones({6}, at::kDouble), 1e-6, 1e-6));
    CHECK(number(singular_values(dense(made, role))[0]) <= bound + 1e-9);
  }
}

TEST_CASE("orthonormal: biases are left alone, and a weight of zeros has a finite gradient") {
  Opened opened;
  auto role = linear_role(3);
  role.part = Role::Part::bias;
  const auto bias = vector({1, 2, 3});
  CHECK(Mapped(opened, {{"plugin", "orthonormal"}}, role, bias)(bias).is_same(bias));
  auto w = at::zeros({3, 4}, at::kFloat).requires_grad_();
  Mapped mapped(opened, {{"plugin", "orthonormal"}}, linear_role(4), w);
  CHECK(torch::autograd::grad({mapped(w).sum()}, {w})[0].isfinite().all().item<bool>());
}

}  // namespace orthonormal_test
