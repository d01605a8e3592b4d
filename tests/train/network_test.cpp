#include "train/network.h"

#include <doctest/doctest.h>
#include <monge/error.h>
#include <torch/autograd.h>

#include "train/arena.h"
#include "train/forward.h"

namespace network_test {

using namespace monge;
using train::Arena;
using train::Network;

namespace {

std::string fault_of(const Layers& layers, const Shape& in, const Shape& out) {
  try {
    Network("critic", layers, in, out);
  } catch (const Error& error) {
    CHECK(error.exit() == Exit::experiment);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("network: shapes, parameters and FLOPs of a DCGAN critic by hand") {
  const Network net("critic",
                    {conv(16, 4).stride(2).pad(1), leaky_relu(0.2), conv(32, 4).stride(2).pad(1).bias(false),
                     batch_norm(), leaky_relu(0.2), flatten(), linear(1)},
                    {1, 28, 28}, {1});
  CHECK(net.size() == 16 * 16 + 16 + 32 * 16 * 16 + 2 * 32 + 32 * 49 + 1);
  CHECK(net.layers()[2].out == Shape{32, 7, 7});
  CHECK(net.layers()[0].flops == 2 * 16 * 1 * 16 * 14 * 14);
  CHECK(net.couples_batch());
  CHECK(net.parameters()[0].name == "0.conv.weight");
  CHECK(net.parameters()[0].role.stride == 2);
  CHECK(contains(net.table(), "[32, 7, 7]"));
}

TEST_CASE("network: a transposed convolution doubles an image") {
  const Network net("generator",
                    {linear(8 * 7 * 7), reshape({8, 7, 7}), conv_transpose(1, 4).stride(2).pad(1)}, {10},
                    {1, 14, 14});
  CHECK(net.layers()[2].out == Shape{1, 14, 14});
}

TEST_CASE("network: a mis-sized network is an error that shows the shapes") {
  CHECK(contains(fault_of({linear(3)}, {1, 8, 8}, {1}),
                 "needs a vector, got [1, 8, 8]; put a flatten before it"));
  CHECK(contains(fault_of({conv(3, 4)}, {64}, {1}), "needs an image [C, H, W], got [64]"));
  CHECK(contains(fault_of({conv(3, 9)}, {1, 4, 4}, {1}), "larger than the padded image"));
  CHECK(contains(fault_of({linear(7)}, {2}, {1}), "critic makes [7], but the data needs [1]"));
  CHECK(contains(fault_of({linear(6), reshape({2, 2})}, {2}, {1}), "cannot make [2, 2] of [6]"));
  CHECK(contains(fault_of({linear(0)}, {2}, {1}), "at least one output"));
  CHECK(contains(fault_of({linear(1).stride(2)}, {2}, {1}), "has no stride"));
  CHECK(contains(fault_of({linear(1), relu().bias(false)}, {2}, {1}), "has no bias to leave out"));
  CHECK(contains(fault_of({conv(1, 2).output_pad(1)}, {1, 2, 2}, {1, 1, 1}), "has no output padding"));
  CHECK(contains(fault_of({linear(1).gain(false)}, {2}, {1}), "has no gain to leave out"));
  CHECK(contains(fault_of({flatten().init_scale(2), linear(1)}, {2}, {1}), "has no first weights to scale"));
  CHECK(contains(fault_of({linear(4), residual({linear(5)}), linear(1)}, {2}, {1}), "cannot be added"));
}

TEST_CASE("forward: mask activations give the values and first derivatives of the plain ones") {
  const Network net("critic", {linear(32), leaky_relu(0.2), linear(32), relu(), linear(1)}, {3}, {1});
  Arena arena(net, at::kDouble);
  train::initialise(arena, net, 1, train::Purpose::init_critic);
  const auto x = train::Draws(1, train::Purpose::probe, 0, at::kDouble).normal({16, 3}).requires_grad_();
  const auto plain = train::forward(net, x, {.parameters = arena.leaves});
  const auto masked = train::forward(net, x, {.parameters = arena.leaves, .masks = true});
  CHECK(plain.equal(masked));
  const auto slope = torch::autograd::grad({plain.sum()}, {x}, {}, true, true)[0];
  const auto masked_slope = torch::autograd::grad({masked.sum()}, {x}, {}, true, true)[0];
  CHECK(slope.equal(masked_slope));
  const auto second = torch::autograd::grad({slope.square().sum()}, arena.leaves, {}, false, false, true);
  const auto masked_second =
      torch::autograd::grad({masked_slope.square().sum()}, arena.leaves, {}, false, false, true);
  for (std::size_t i = 0; i < second.size(); i += 2)
    CHECK(second[i].allclose(masked_second[i], 1e-12, 1e-14));
}

TEST_CASE("forward: batch norm keeps running averages and samples with them") {
  const Network net("generator", {batch_norm()}, {2}, {2});
  Arena arena(net, at::kDouble);
  train::initialise(arena, net, 1, train::Purpose::init_generator);
  const auto x = train::Draws(1, train::Purpose::probe, 0, at::kDouble).normal({512, 2}).mul(3).add(5);
  for (int i = 0; i < 200; ++i)
    train::forward(net, x, {.parameters = arena.values, .buffers = arena.buffers});
  CHECK(arena.buffers[0].allclose(x.mean(0), 1e-6));
  const auto sampled =
      train::forward(net, x, {.parameters = arena.values, .buffers = arena.buffers, .training = false});
  CHECK(sampled.mean(0).abs().max().item<double>() < 1e-6);
}

TEST_CASE("forward: layer norm does not couple the samples of a batch") {
  const Network net("critic", {conv(4, 3).pad(1), layer_norm(), flatten(), linear(1)}, {1, 6, 6}, {1});
  Arena arena(net, at::kDouble);
  train::initialise(arena, net, 1, train::Purpose::init_critic);
  const auto x = train::Draws(1, train::Purpose::probe, 0, at::kDouble).normal({5, 1, 6, 6});
  const auto all = train::forward(net, x, {.parameters = arena.values});
  CHECK(train::forward(net, x.narrow(0, 2, 1), {.parameters = arena.values}).allclose(all.narrow(0, 2, 1)));
}

TEST_CASE("arena: leaves share the flat memory, a copy does not") {
  const Network net("critic", {linear(4), residual({linear(4), tanh()}), linear(1)}, {3}, {1});
  Arena arena(net, at::kFloat);
  train::initialise(arena, net, 1, train::Purpose::init_critic);
  const auto copy = arena.copy(net);
  {
    at::NoGradGuard no_grad;
    arena.flat.add_(1);
  }
  CHECK(arena.leaves[0].detach().equal(arena.values[0]));
  CHECK(arena.values[0].allclose(copy.values[0] + 1));
  for (const auto& leaf : arena.leaves) CHECK(leaf.is_leaf());
}

TEST_CASE("initialise: each rule has its spread") {
  const auto spread = [](Init init) {
    Layers layers({linear(400), linear(1)}, init);
    const Network net("critic", layers, {600}, {1});
    Arena arena(net, at::kDouble);
    train::initialise(arena, net, 1, train::Purpose::init_critic);
    return arena.values[0].std().item<double>();
  };
  CHECK(spread(Init::normal_002) == doctest::Approx(0.02).epsilon(0.01));
  CHECK(spread(Init::uniform_fan_in) == doctest::Approx(1 / std::sqrt(3.0 * 600)).epsilon(0.01));
  CHECK(spread(Init::he_uniform) == doctest::Approx(std::sqrt(2.0 / 600)).epsilon(0.01));
  CHECK(spread(Init::glorot_uniform) == doctest::Approx(std::sqrt(2.0 / 1000)).epsilon(0.01));
}

}  // namespace network_test
