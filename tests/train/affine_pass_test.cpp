#include "train/affine_pass.h"

#include <doctest/doctest.h>
#include <torch/autograd.h>

#include "train/arena.h"
#include "train/forward.h"

namespace affine_pass_test {

using namespace monge;
using torch::autograd::grad;
using train::AffinePass;
using train::Network;

namespace {

constexpr std::int64_t kRows = 6;

Tensor normal(std::uint64_t counter, const Shape& shape, at::ScalarType precision) {
  return train::Draws(9, train::Purpose::probe, counter, at::kDouble).normal(shape).to(precision);
}

struct Made {
  Network net;
  train::Arena arena;
  Tensor x;

  Made(const Layers& layers, const Shape& in, const Shape& out, at::ScalarType precision)
      : net("critic", layers, in, out), arena(net, precision) {
    Shape batch = in;
    batch.insert(batch.begin(), kRows);
    x = normal(1, batch, precision);
    for (std::size_t i = 0; i < arena.values.size(); ++i)
      arena.values[i].copy_(normal(10 + i, net.parameters()[i].shape, precision) / 2);
  }

  std::vector<Tensor> zeros() const {
    std::vector<Tensor> list;
    for (const auto& value : arena.values) list.push_back(at::zeros_like(value));
    return list;
  }
};

struct Case {
  const char* name;
  Layers layers;
  Shape in, out;
};

std::vector<Case> cases() {
  return {
      {"rows", {linear(16), relu(), linear(8), leaky_relu(0.2), linear(1)}, {2}, {1}},
      {"no bias, two outputs", {linear(16).bias(false), relu(), linear(2)}, {5}, {2}},
      {"thin convolution, then a wide one",
       {conv(8, 4).stride(2).pad(1), leaky_relu(0.2), conv(6, 4).stride(2).pad(1).bias(false), relu(),
        flatten(), linear(1)},
       {1, 8, 8},
       {1}},
      {"wide first, odd sizes", {conv(7, 3).pad(1), leaky_relu(0.1), flatten(), linear(3)}, {5, 5, 4}, {3}},
      {"two affine layers in a row", {flatten(), linear(9), linear(4), relu(), linear(1)}, {3, 2, 2}, {1}},
      {"ends in a convolution", {conv(1, 4)}, {2, 4, 4}, {1, 1, 1}},
  };
}

void check_close(const std::vector<Tensor>& got, const std::vector<Tensor>& expected, double close) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i].allclose(expected[i].defined() ? expected[i] : at::zeros_like(got[i]), close, close));
  }
}

}  // namespace

TEST_CASE("pass: output, slope and gradients are autograd's, of first and second order") {
  for (const auto precision : {at::kDouble, at::kFloat}) {
    const double close = precision == at::kDouble ? 1e-12 : 2e-4;
    for (const auto& c : cases()) {
      CAPTURE(c.name);
      Made made(c.layers, c.in, c.out, precision);
      const auto x = made.x.clone().requires_grad_();
      const auto y = train::forward(made.net, x, {.parameters = made.arena.leaves});
      AffinePass pass(made.net, made.arena.values, made.x);
      CHECK(pass.output().allclose(y, close, close));

      const auto cotangent = normal(2, y.sizes().vec(), precision), v = normal(3, x.sizes().vec(), precision);
      const auto kept = cotangent.clone();
      const auto slope = grad({y}, {x}, {cotangent}, true, true)[0];
      CHECK(pass.back(cotangent, /*to_input=*/true).allclose(slope, close, close));
      CHECK(cotangent.equal(kept));

      auto first = made.zeros(), second = made.zeros();
      pass.add_gradient({first});
      check_close(first, grad({y}, made.arena.leaves, {cotangent}, true), close);
      pass.add_slope_gradient(v, second);
      check_close(second, grad({slope}, made.arena.leaves, {v}, false, false, /*allow_unused=*/true), close);
    }
  }
}

TEST_CASE("pass: gradients are added to what is there, and a slope nobody asked for is not computed") {
  Made made(cases()[0].layers, {2}, {1}, at::kDouble);
  AffinePass pass(made.net, made.arena.values, made.x);
  CHECK_FALSE(pass.back(at::ones({kRows, 1}, at::kDouble), /*to_input=*/false).defined());
  auto once = made.zeros(), twice = made.zeros();
  pass.add_gradient({once});
  pass.add_gradient({twice});
  pass.add_gradient({twice});
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(twice[i].allclose(2 * once[i]));
}

TEST_CASE("pass: an activation of exactly zero has the slope that autograd gives it") {
  Made made({linear(4), relu(), linear(3), leaky_relu(0.3), linear(1)}, {2}, {1}, at::kDouble);
  for (const auto& value : made.arena.values) value.zero_();
  made.arena.values[4].fill_(1);
  const auto x = made.x.clone().requires_grad_();
  const auto y = train::forward(made.net, x, {.parameters = made.arena.leaves});
  AffinePass pass(made.net, made.arena.values, made.x);
  pass.back(at::ones_like(y), true);
  auto got = made.zeros();
  pass.add_gradient({got});
  check_close(got, grad({y.sum()}, made.arena.leaves, {}, false, false, true), 0);
}

TEST_CASE("is_piecewise_linear: what bends smoothly, couples samples or reads labels is not") {
  const auto of = [](const Layers& layers, const Shape& in, const Shape& out) {
    return train::is_piecewise_linear(Network("critic", layers, in, out, 3));
  };
  for (const auto& c : cases()) CHECK(of(c.layers, c.in, c.out));
  CHECK_FALSE(of({linear(4), tanh(), linear(1)}, {2}, {1}));
  CHECK_FALSE(of({linear(4), batch_norm(), relu(), linear(1)}, {2}, {1}));
  CHECK_FALSE(of({linear(4), relu(), project_label()}, {2}, {1}));
  CHECK_FALSE(of({linear(4), group_sort(), linear(1)}, {2}, {1}));
  CHECK_FALSE(of({linear(1), relu()}, {2}, {1}));                    // the score itself is bent
  CHECK_FALSE(of({relu(), linear(1)}, {2}, {1}));                    // no affine layer before it
  CHECK_FALSE(of({linear(4), leaky_relu(0), linear(1)}, {2}, {1}));  // its sign is lost; it is a relu
  CHECK_FALSE(of({residual({linear(2)}), linear(1)}, {2}, {1}));
}

}  // namespace affine_pass_test
