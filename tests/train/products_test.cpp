#include "train/products.h"

#include <doctest/doctest.h>
#include <torch/autograd.h>

#include "train/draws.h"
#include "train/rowwise.h"
#include "train/vmap.h"

namespace products_test {

using namespace monge;
using torch::autograd::grad;
using train::Network;

namespace {

Tensor normal(std::uint64_t counter, const Shape& shape) {
  return train::Draws(3, train::Purpose::probe, counter, at::kDouble).normal(shape);
}

// Values, gradients and gradients of gradients of two functions of (x, weight, bias).
template <class F, class G>
void check_equal(const F& f, const G& g, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const auto derivatives = [&](const auto& function) {
    const std::vector<Tensor> inputs = {x.clone().requires_grad_(), weight.clone().requires_grad_(),
                                        bias.clone().requires_grad_()};
    const auto y = function(inputs[0], inputs[1], inputs[2]);
    auto all = grad({y.square().sum()}, inputs, {}, true, true);
    for (const auto& second : grad({all[0].square().sum()}, inputs, {}, true)) all.push_back(second);
    all.push_back(y);
    return all;
  };
  const auto got = derivatives(f), expected = derivatives(g);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i].allclose(expected[i], 1e-10, 1e-10));
  }
}

}  // namespace

TEST_CASE("thin convolution: over its patches the same function, differentiable twice") {
  const Network net("critic", {conv(5, 4).stride(2).pad(1), flatten(), linear(1)}, {3, 9, 8}, {1});
  const auto& placed = net.layers()[0];
  REQUIRE(train::is_thin(placed));
  check_equal(
      [&](const Tensor& x, const Tensor& w, const Tensor& b) { return train::thin_conv(placed, x, w, b); },
      [](const Tensor& x, const Tensor& w, const Tensor& b) {
        return at::conv2d(x, w, b, at::IntArrayRef({2, 2}), at::IntArrayRef({1, 1}));
      },
      normal(1, {4, 3, 9, 8}), normal(2, {5, 3, 4, 4}), normal(3, {5}));
}

TEST_CASE("thin transposed convolution: the same function, with padding of its output too") {
  for (const std::int64_t more : {0, 1}) {
    const Network net("generator", {conv_transpose(2, 3).stride(2).pad(1).output_pad(more)}, {6, 4, 5},
                      {2, 7 + more, 9 + more});
    const auto& placed = net.layers()[0];
    REQUIRE(train::is_thin(placed));
    check_equal([&](const Tensor& x, const Tensor& w,
                    const Tensor& b) { return train::thin_conv_transpose(placed, x, w, b); },
                [&](const Tensor& x, const Tensor& w, const Tensor& b) {
                  return at::conv_transpose2d(x, w, b, at::IntArrayRef({2, 2}), at::IntArrayRef({1, 1}),
                                              at::IntArrayRef({more, more}));
                },
                normal(1, {3, 6, 4, 5}), normal(2, {6, 2, 3, 3}), normal(3, {2}));
  }
}

TEST_CASE("thin: by the channels on the image's side alone") {
  const auto thin = [](const Layer& layer, std::int64_t in, const Shape& out) {
    return train::is_thin(Network("n", {layer}, {in, 8, 8}, out).layers()[0]);
  };
  CHECK(thin(conv(64, 3).pad(1), 3, {64, 8, 8}));
  CHECK_FALSE(thin(conv(3, 3).pad(1), 64, {3, 8, 8}));
  CHECK(thin(conv_transpose(3, 3).pad(1), 64, {3, 8, 8}));
  CHECK_FALSE(thin(conv_transpose(64, 3).pad(1), 3, {64, 8, 8}));
}

TEST_CASE("nhwc: the same numbers, for many runs at once too") {
  const auto x = normal(1, {2, 3, 5, 4, 6});
  const auto one = train::nhwc(x[0]);
  CHECK(one.equal(x[0]));
  CHECK(one.is_contiguous(at::MemoryFormat::ChannelsLast));
  train::Vmap runs(2);
  CHECK(runs.out(train::nhwc(runs.in(x))).equal(x));
}

TEST_CASE("rowwise: as LibTorch's operations, in every precision and layout") {
  for (const auto precision : {at::kFloat, at::kDouble}) {
    for (const double slope : {0.0, 0.2, 1.0}) {
      const auto x = normal(1, {7, 33}).to(precision), bias = normal(2, {33}).to(precision);
      const auto activated = at::where(x + bias > 0, x + bias, (x + bias) * slope);
      auto y = x.clone();
      train::add_and_activate(y, bias, slope);
      CHECK(y.allclose(activated, 0, 0));
      auto turned = x.t().contiguous().t().clone(at::MemoryFormat::Preserve);
      train::add_and_activate(turned, bias, slope);
      CHECK(turned.allclose(activated, 0, 0));
      auto bare = x.clone();
      train::add_and_activate(bare, {}, slope);
      CHECK(bare.allclose(at::where(x > 0, x, x * slope), 0, 0));

      auto signal = normal(3, {7, 33}).to(precision);
      const auto masked = at::where(activated > 0, signal, signal * slope);
      auto other = signal.t().contiguous().t();  // of another layout than the activation
      train::mask(signal, activated, slope);
      train::mask(other, activated, slope);
      CHECK(signal.allclose(slope == 1 ? signal : masked, 0, 0));
      CHECK(other.allclose(slope == 1 ? other : masked, 0, 0));
    }
  }
}

}  // namespace products_test
