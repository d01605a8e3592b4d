// Spectral normalisation against singular values.
#include <doctest/doctest.h>

#include "mapped.h"
#include "train/network.h"

namespace spectral_norm_test {

using doctest::Approx;
using monge::Enforcer;
using monge::Role;
using monge::Shape;
using monge::Tensor;
using namespace monge::test;

namespace {

double largest(const Tensor& matrix) { return number(singular_values(matrix)[0]); }

}  // namespace

TEST_CASE("spectral_norm: after many iterations the weight is divided by its largest singular value") {
  Opened opened;
  const Json table = {{"plugin", "spectral_norm"}, {"iterations", 500}};
  const auto w = draws(1).normal({6, 9});
  CHECK(at::allclose(Mapped(opened, table, linear_role(9), w)(w), w / largest(w), 1e-8, 1e-10));
  const auto kernel = draws(2).normal({4, 3, 3, 3});
  CHECK(at::allclose(Mapped(opened, table, conv_role({3, 6, 6}, 1, 1), kernel)(kernel),
                     kernel / largest(kernel.flatten(1)), 1e-8, 1e-10));
}

TEST_CASE("spectral_norm: one iteration an update arrives there too, the state remembers") {
  Opened opened;
  const auto w = draws(1).normal({6, 9});
  Mapped mapped(opened, {{"plugin", "spectral_norm"}}, linear_role(9), w);
  Tensor last;
  for (int i = 0; i < 500; ++i) last = mapped(w);
  CHECK(largest(last) == Approx(1).epsilon(1e-8));
  CHECK(number(mapped.state["u"].norm()) == Approx(1));
}

TEST_CASE("spectral_norm: the first weight is near its norm already, and never below the largest") {
  Opened opened;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto w = draws(seed).normal({32, 64});
    const double norm = largest(Mapped(opened, {{"plugin", "spectral_norm"}}, linear_role(64), w)(w));
    CHECK(norm >= 1 - 1e-12);  // a power iteration never overestimates
    CHECK(norm < 1.1);
  }
}

TEST_CASE("spectral_norm: operator = convolution makes the layer's own slope 1, at any stride and border") {
  Opened opened;
  const Json table = {{"plugin", "spectral_norm"}, {"operator", "convolution"}, {"iterations", 500}};
  struct Case {
    Shape kernel, input;
    std::int64_t stride, padding;
  };
  for (const auto& c : {Case{{4, 3, 3, 3}, {3, 6, 5}, 1, 1}, Case{{3, 2, 4, 4}, {2, 8, 8}, 2, 1},
                        Case{{3, 2, 3, 3}, {2, 8, 7}, 2, 0}}) {
    const auto kernel = draws(3).normal(c.kernel);
    const auto role = conv_role(c.input, c.stride, c.padding);
    CHECK(largest(dense(Mapped(opened, table, role, kernel)(kernel), role)) == Approx(1).epsilon(1e-6));
  }
}

TEST_CASE("spectral_norm: the roles that a network gives are enough to know its convolutions") {
  Opened opened;
  const Json table = {{"plugin", "spectral_norm"}, {"operator", "convolution"}, {"iterations", 500}};
  const monge::train::Network critic("critic",
                                     {monge::conv(4, 4).stride(2).pad(1), monge::relu(), monge::conv(3, 3),
                                      monge::flatten(), monge::linear(1)},
                                     {2, 8, 7}, {1});
  int convolutions = 0;
  for (const auto& parameter : critic.parameters()) {
    if (parameter.shape.size() != 4) continue;
    ++convolutions;
    const auto kernel = draws(convolutions).normal(parameter.shape);
    Mapped mapped(opened, table, parameter.role, kernel);
    CHECK(mapped.state["image"].dim() == 4);
    CHECK(largest(dense(mapped(kernel), parameter.role)) == Approx(1).epsilon(1e-6));
  }
  CHECK(convolutions == 2);
}

TEST_CASE("spectral_norm: a kernel's norm as a matrix is not the slope of its convolution") {
  Opened opened;
  const auto kernel = at::ones({1, 1, 3, 3}, at::kDouble);
  const auto role = conv_role({1, 12, 12}, 1, 1);
  const Json by_matrix = {{"plugin", "spectral_norm"}, {"iterations", 100}};
  CHECK(largest(dense(Mapped(opened, by_matrix, role, kernel)(kernel), role)) > 2.5);  // nearly 3
}

TEST_CASE("spectral_norm: biases, gains and shifts are left alone") {
  Opened opened;
  const auto enforcer = opened.bind<Enforcer>("spectral_norm");
  for (const auto part : {Role::Part::bias, Role::Part::gain, Role::Part::shift}) {
    auto role = linear_role(3);
    role.part = part;
    const auto w = vector({1, 2, 3});
    Mapped mapped(opened, {{"plugin", "spectral_norm"}}, role, w);
    CHECK(mapped(w).is_same(w));
  }
}

TEST_CASE("spectral_norm: a weight of zeros stays zero with a finite gradient") {
  Opened opened;
  auto w = at::zeros({3, 4}, at::kFloat);
  Mapped mapped(opened, {{"plugin", "spectral_norm"}}, linear_role(4), w);
  w.requires_grad_();
  const auto effective = mapped(w);
  CHECK(effective.eq(0).all().item<bool>());
  CHECK(torch::autograd::grad({effective.sum()}, {w})[0].isfinite().all().item<bool>());
}

}  // namespace spectral_norm_test
