#include "kernels/activation.h"

#include <doctest/doctest.h>

namespace activation_test {

using namespace monge;
using kernels::Activation;

namespace {

Tensor random(const Shape& shape, at::ScalarType type, double phase = 0) {
  return at::sin(at::arange(c10::multiply_integers(shape), at::kDouble) * 1.7 + phase).view(shape).to(type);
}

Tensor by_library(const Tensor& x, Activation activation) {
  if (activation.kind == Activation::tanh) return x.tanh();
  if (activation.kind == Activation::sigmoid) return x.sigmoid();
  return at::where(x > 0, x, x * activation.slope);
}

const std::vector<Activation> kAll = {
    {}, {Activation::leaky, 0}, {Activation::leaky, 0.2}, {Activation::tanh}, {Activation::sigmoid}};

}  // namespace

TEST_CASE("activation: bias and activation are LibTorch's, with biases anywhere in memory") {
  for (const auto type : {at::kFloat, at::kDouble}) {
    const auto all = random({3, 11}, type, 1);
    for (const auto& bias : {Tensor(), all.narrow(1, 2, 5)}) {
      for (const auto& activation : kAll) {
        const auto x = random({3, 4, 5}, type);
        const auto expected = by_library(bias.defined() ? x + bias.unsqueeze(1) : x, activation);
        kernels::activate(x, bias, activation);
        CHECK(x.allclose(expected, 1e-6, 1e-7));
      }
    }
  }
}

TEST_CASE("activation: the derivative is a function of the activated value, whatever the layout") {
  for (const auto& activation : kAll) {
    const auto x = random({2, 3, 4, 5}, at::kDouble, 0.3).transpose(1, 3);
    const auto y = by_library(x, activation), step = by_library(x + 1e-7, activation);
    const auto signal = at::ones_like(y);
    kernels::deactivate(signal, y, activation);
    CHECK(signal.allclose((step - y) / 1e-7, 1e-5, 1e-6));
  }
  const auto zero = at::zeros({1, 4}), signal = at::ones({1, 4});
  kernels::deactivate(signal, zero, {Activation::leaky, 0.2});  // as LibTorch's
  CHECK(signal.allclose(at::full({1, 4}, 0.2)));
}

TEST_CASE("activation: into batches that lie apart, by fours and one by one, what lies between stays") {
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const std::int64_t width : {4, 5}) {
      for (const auto& activation : kAll) {
        const auto x = random({3, 2 * 3, width}, type), bias = random({3, width}, type, 1);
        const auto all = at::full({3, 2, 2, 3, width}, 7, type), out = all.select(2, 1);
        kernels::activate(x, bias, activation, out);
        CHECK(out.allclose(by_library(x + bias.unsqueeze(1), activation).view(out.sizes()), 1e-6, 1e-7));
        CHECK(all.select(2, 0).eq(7).all().item<bool>());
      }
    }
  }
}

TEST_CASE("activation: what does not fit is refused") {
  const auto x = at::zeros({2, 3, 4}), y = at::zeros({2, 4, 3}).transpose(1, 2);
  CHECK_THROWS(kernels::activate(x, at::zeros({2, 3}), {}));
  CHECK_THROWS(kernels::activate(x, at::zeros({2, 4}, at::kDouble), {}));
  CHECK_THROWS(kernels::activate(y, {}, {Activation::tanh}));
  CHECK_THROWS(kernels::activate(x, {}, {}, at::zeros({2, 1, 3, 3})));
  CHECK_THROWS(kernels::activate(x, {}, {}, at::zeros({2, 1, 3, 4}, at::kDouble)));
  CHECK_THROWS(kernels::activate(x, {}, {}, y.unsqueeze(1)));  // a batch that does not lie together
  CHECK_THROWS(kernels::deactivate(x, y, {Activation::tanh}));
}

}  // namespace activation_test
