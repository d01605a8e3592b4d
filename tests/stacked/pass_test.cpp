// Passes over networks of three runs, against autograd over each.
#include "stacked/pass.h"

#include <doctest/doctest.h>
#include <torch/autograd.h>

#include "kernels/has_gpu.h"
#include "train/arena.h"
#include "train/forward.h"
#include "train/views.h"

namespace pass_test {

using namespace monge;
using torch::autograd::grad;
using train::Network;

namespace {

constexpr std::int64_t kRuns = 3, kRows = 4;

Tensor normal(std::uint64_t counter, const Shape& shape, at::ScalarType precision) {
  return train::Draws(9, train::Purpose::probe, counter, at::kDouble).normal(shape).to(precision);
}

struct Case {
  const char* name;
  Layers layers;
  Shape in, out;
};

const std::vector<Case>& piecewise_linear() {
  static const std::vector<Case> all = {
      {"rows", {linear(6), relu(), linear(5), leaky_relu(0.2), linear(1)}, {2}, {1}},
      {"no bias, two outputs", {linear(6).bias(false), relu(), linear(2)}, {5}, {2}},
      {"critic of images",
       {conv(3, 4).stride(2).pad(1), leaky_relu(0.2), conv(5, 4).stride(2).pad(1).bias(false), relu(),
        flatten(), linear(1)},
       {2, 8, 8},
       {1}},
      {"one channel, odd sizes", {conv(4, 3).pad(1), relu(), flatten(), linear(3)}, {1, 5, 4}, {3}},
      {"flat from the start", {flatten(), linear(4), relu(), linear(1)}, {3, 2, 2}, {1}},
      {"ends in a convolution", {conv(1, 4)}, {2, 4, 4}, {1, 1, 1}},
      {"rows to images and back",
       {linear(12), relu(), reshape({3, 2, 2}), conv_transpose(2, 4).stride(2).pad(1), relu(), flatten(),
        linear(2)},
       {5},
       {2}},
  };
  return all;
}

const std::vector<Case>& generators() {
  static const std::vector<Case> all = {
      {"DCGAN",
       {linear(12).bias(false), reshape({3, 2, 2}), batch_norm(), relu(),
        conv_transpose(4, 4).stride(2).pad(1).bias(false), batch_norm().gain(false), relu(),
        conv_transpose(3, 4).stride(2).pad(1), tanh()},
       {5},
       {3, 8, 8}},
      {"rows with batch norm",
       {linear(8).bias(false), batch_norm(), leaky_relu(0.2), linear(4), sigmoid(), reshape({1, 2, 2})},
       {3},
       {1, 2, 2}},
      {"norm before the shape",
       {linear(12), batch_norm(), relu(), reshape({3, 2, 2}), conv(2, 3).pad(1), tanh()},
       {5},
       {2, 2, 2}},
      {"ends in a norm", {linear(6), relu(), linear(4), batch_norm()}, {3}, {4}},
  };
  return all;
}

/// K runs' parameters and averages, stacked and apart.
struct Made {
  Network net;
  std::vector<train::Arena> arenas;
  std::vector<Tensor> parameters, buffers;
  Tensor x;

  Made(const Case& c, at::ScalarType precision) : net("net", c.layers, c.in, c.out) {
    for (std::int64_t k = 0; k < kRuns; ++k) {
      auto& arena = arenas.emplace_back(net, precision);
      for (std::size_t i = 0; i < arena.values.size(); ++i)
        arena.values[i].copy_(normal(100 * k + i, net.parameters()[i].shape, precision) / 2);
      for (const auto& buffer : arena.buffers) buffer.fill_(0.5);
    }
    parameters = stacked([](const train::Arena& arena) { return arena.values; });
    buffers = stacked([](const train::Arena& arena) { return arena.buffers; });
    Shape shape = {kRuns, kRows};
    shape.insert(shape.end(), c.in.begin(), c.in.end());
    x = normal(7, shape, precision);
  }

  template <class Part>
  std::vector<Tensor> stacked(Part part) const {
    std::vector<Tensor> all;
    for (std::size_t i = 0; i < part(arenas[0]).size(); ++i) {
      std::vector<Tensor> each;
      for (const auto& arena : arenas) each.push_back(part(arena)[i]);
      all.push_back(at::stack(each));
    }
    return all;
  }

  std::vector<Tensor> zeros() const {
    std::vector<Tensor> list;
    for (const auto& value : parameters) list.push_back(at::zeros_like(value));
    return list;
  }
};

void check_close(const std::vector<Tensor>& got, std::int64_t k, const std::vector<Tensor>& expected,
                 double close) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i][k].allclose(expected[i].defined() ? expected[i] : at::zeros_like(got[i][k]), close, close));
  }
}

/// Output, slope and gradients of first order; of second where the network is piecewise linear.
void check(const Case& c, at::ScalarType precision, bool second_order) {
  CAPTURE(c.name);
  const double close = precision == at::kDouble ? 1e-11 : 5e-4;
  Made made(c, precision);
  stacked::Side side(at::kCPU);
  stacked::Pass pass(made.net, made.parameters, made.buffers, made.x, side);
  Shape out = {kRuns, kRows};
  out.insert(out.end(), c.out.begin(), c.out.end());
  const auto cotangent = normal(2, out, precision), kept = cotangent.clone(),
             v = normal(3, made.x.sizes().vec(), precision);
  const auto slope = pass.back(cotangent, /*to_input=*/true);
  CHECK(cotangent.equal(kept));
  auto first = made.zeros(), second = made.zeros();
  pass.add_gradient({first});
  if (second_order) pass.add_slope_gradient(v, second);
  for (std::int64_t k = 0; k < kRuns; ++k) {
    auto& arena = made.arenas[k];
    const auto x = made.x[k].clone().requires_grad_();
    const auto y = train::forward(made.net, x, {.parameters = arena.leaves, .buffers = arena.buffers});
    CHECK(pass.output()[k].allclose(y, close, close));
    for (std::size_t i = 0; i < arena.buffers.size(); ++i)
      CHECK(made.buffers[i][k].allclose(arena.buffers[i], close, close));
    const auto own = grad({y}, {x}, {cotangent[k]}, true, second_order)[0];
    CHECK(slope[k].allclose(own, close, close));
    check_close(first, k, grad({y}, arena.leaves, {cotangent[k]}, true), close);
    if (second_order)
      check_close(second, k, grad({own}, arena.leaves, {v[k]}, false, false, /*allow_unused=*/true), close);
  }
}

}  // namespace

TEST_CASE("stacked: output, slope and gradients of first and second order are autograd's of each run") {
  for (const auto precision : {at::kDouble, at::kFloat}) {
    for (const auto& c : piecewise_linear()) check(c, precision, /*second_order=*/true);
  }
}

namespace {

/// One update of a critic along the gradient of 32 scores, and of slopes too if asked for.
struct Updated {
  Tensor flat, gradient, second, norm;

  Updated(bool slopes, bool on_the_way) {
    const Network net("net", {linear(260), leaky_relu(0.2), linear(256), leaky_relu(0.2), linear(1)}, {300},
                      {1});
    const auto size = (net.size() + 3) / 4 * 4;
    flat = normal(1, {kRuns, size}, at::kFloat) / 20;
    gradient = at::zeros_like(flat);
    second = at::zeros_like(flat);
    const auto parts = [&](const Tensor& all) {
      return train::views(all, net.parameters(), &train::Parameter::shape);
    };
    const auto parameters = parts(flat), places = parts(gradient);
    kernels::Update update({flat, gradient, at::zeros_like(flat), second, {}});
    const kernels::Optimizer adam{.settings = {.beta1 = 0, .beta2 = 0.9}, .learning_rate = 0.1};
    const std::vector<kernels::Optimizer> runs(kRuns, adam);
    update.begin(kernels::optimizer_table(runs), at::zeros({kRuns}, at::kLong), /*by_second=*/true);
    stacked::Side side(at::kCPU);
    const auto pass = [&](std::uint64_t x, std::int64_t rows) {
      return stacked::Pass(net, parameters, {}, normal(x, {kRuns, rows, 300}, at::kFloat), side,
                           on_the_way ? &update : nullptr);
    };
    auto scores = pass(2, 32), looked = pass(3, kRows);
    const auto signal = normal(4, {kRuns, 32, 1}, at::kFloat), v = normal(5, {kRuns, kRows, 300}, at::kFloat);
    looked.back(at::ones_like(looked.output()), /*to_input=*/true);
    scores.back(signal, /*to_input=*/false);
    const train::Gradients whole{places, /*fresh=*/true, /*whole=*/true};
    if (slopes)
      looked.add_both(scores, v, whole);
    else
      scores.add_gradient(whole);
    update.finish();
    norm = update.gradient_norm();
  }
};

}  // namespace

TEST_CASE("stacked: a whole gradient updates large weights on the way, and leaves its length then") {
  for (const bool slopes : {false, true}) {
    const Updated after(slopes, false), on_the_way(slopes, true);
    CHECK(on_the_way.flat.allclose(after.flat, 1e-5, 1e-5));
    CHECK(on_the_way.second.allclose(after.second, 1e-4, 1e-7));
    CHECK(on_the_way.norm.allclose(after.norm, 1e-5));
    const std::int64_t first = std::int64_t{300} * 260, bias = 260;
    CHECK_FALSE(after.gradient.narrow(1, 0, first).eq(0).all().item<bool>());
    const auto of_weight = on_the_way.gradient.narrow(1, 0, first);
    CHECK(of_weight.norm(2, 1).allclose(after.gradient.narrow(1, 0, first).norm(2, 1), 1e-5));
    CHECK(of_weight.narrow(1, 1, first - 1).eq(0).all().item<bool>() == kernels::is_ours(after.flat));
    CHECK(on_the_way.gradient.narrow(1, first, bias)
              .allclose(after.gradient.narrow(1, first, bias), 1e-4, 1e-5));
  }
}

TEST_CASE("stacked: images of runs that lie apart are rows for a linear layer, as those that lie together") {
  const Case critic{"linear", {flatten(), linear(6), relu(), linear(1)}, {2, 2, 3}, {1}};
  Made made(critic, at::kDouble);
  stacked::Side side(at::kCPU);
  const auto apart = at::zeros({kRuns, 2 * kRows, 2, 2, 3}, at::kDouble).narrow(1, 0, kRows);
  apart.copy_(made.x);
  const auto gradients = [&](const Tensor& x) {
    stacked::Pass pass(made.net, made.parameters, made.buffers, x, side);
    pass.back(at::ones_like(pass.output()), /*to_input=*/false);
    auto all = made.zeros();
    pass.add_gradient({all});
    all.push_back(pass.output());
    return all;
  };
  const auto one = gradients(made.x), other = gradients(apart);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i].allclose(other[i], 1e-12, 1e-12));
}

TEST_CASE("stacked: the gradient of scores and that of slopes, both at once, are their sum") {
  for (const auto precision : {at::kDouble, at::kFloat}) {
    const double close = precision == at::kDouble ? 1e-11 : 5e-4;
    for (const auto& c : piecewise_linear()) {
      CAPTURE(c.name);
      Made made(c, precision);
      stacked::Side side(at::kCPU);
      stacked::Pass pass(made.net, made.parameters, made.buffers, made.x, side);
      pass.back(at::ones_like(pass.output()), /*to_input=*/true);
      const auto v = normal(3, made.x.sizes().vec(), precision);
      for (const std::int64_t rows : {5, 32}) {  // the fused products take 32 together with those of v
        Shape shape = made.x.sizes().vec();
        shape[1] = rows;
        stacked::Pass scores(made.net, made.parameters, made.buffers, normal(8, shape, precision), side);
        scores.back(normal(4, scores.output().sizes().vec(), precision), /*to_input=*/false);
        auto sum = made.zeros();
        scores.add_gradient({sum});
        pass.add_slope_gradient(v, sum);
        for (const bool fresh : {true, false}) {
          auto both = made.zeros();
          for (const auto& one : both) one.fill_(fresh ? NAN : 1);
          pass.add_both(scores, v, {both, fresh});
          for (std::size_t i = 0; i < both.size(); ++i)
            CHECK(both[i].allclose(fresh ? sum[i] : sum[i] + 1, close, close));
        }
      }
    }
  }
}

TEST_CASE("stacked: generators with batch norm and smooth activations") {
  for (const auto precision : {at::kDouble, at::kFloat}) {
    for (const auto& c : generators()) check(c, precision, /*second_order=*/false);
  }
}

TEST_CASE("stacked: batches in one go, into memory where they lie apart, are those of a pass each") {
  constexpr std::int64_t kBatches = 3;
  for (const auto precision : {at::kDouble, at::kFloat}) {
    const double close = precision == at::kDouble ? 1e-11 : 1e-5;
    for (const auto* cases : {&generators(), &piecewise_linear()}) {
      for (const auto& c : *cases) {
        CAPTURE(c.name);
        const Made one(c, precision), all(c, precision);
        stacked::Side side(at::kCPU);
        Shape shape = {kRuns, kBatches * kRows};
        shape.insert(shape.end(), c.in.begin(), c.in.end());
        const auto x = normal(8, shape, precision);
        shape = {kRuns, kBatches, 2, kRows};
        shape.insert(shape.end(), c.out.begin(), c.out.end());
        const auto memory = at::full(shape, 7, precision), out = memory.select(2, 1);
        stacked::make_batches(all.net, all.parameters, all.buffers, x, out);
        for (std::int64_t i = 0; i < kBatches; ++i) {
          const stacked::Pass pass(one.net, one.parameters, one.buffers,
                                   x.narrow(1, i * kRows, kRows).contiguous(), side);
          CHECK(out.select(1, i).allclose(pass.output(), close, close));
        }
        for (std::size_t i = 0; i < one.buffers.size(); ++i)
          CHECK(all.buffers[i].allclose(one.buffers[i], close, close));
        CHECK(memory.select(2, 0).eq(7).all().item<bool>());
      }
    }
  }
}

TEST_SUITE("gpu") {
  TEST_CASE("gpu: a pass in single precision is the CPU's in double") {
    if (!test::has_gpu()) return;
    const Layers critic = {conv(32, 4).stride(2).pad(1),
                           leaky_relu(0.2),
                           conv(64, 4).stride(2).pad(1),
                           leaky_relu(0.2),
                           flatten(),
                           linear(1)};
    const Layers generator = {linear(std::int64_t{64} * 7 * 7).bias(false),
                              reshape({64, 7, 7}),
                              batch_norm(),
                              relu(),
                              conv_transpose(32, 4).stride(2).pad(1).bias(false),
                              batch_norm(),
                              relu(),
                              conv_transpose(1, 4).stride(2).pad(1),
                              tanh()};
    for (const auto& c :
         {Case{"MLP", {linear(128), relu(), linear(128), relu(), linear(1)}, {2}, {1}},
          Case{"critic", critic, {1, 28, 28}, {1}}, Case{"generator", generator, {100}, {1, 28, 28}}}) {
      CAPTURE(c.name);
      Made made(c, at::kDouble);
      for (const auto& parameter : made.parameters) parameter.mul_(0.2);
      const auto there = [](const std::vector<Tensor>& all) {
        std::vector<Tensor> copies;
        for (const auto& one : all) copies.push_back(one.to(test::kGpu, at::kFloat));
        return copies;
      };
      const auto parameters = there(made.parameters), buffers = there(made.buffers);
      auto zeros = there(made.zeros()), other_zeros = made.zeros();
      stacked::Side side(at::kCPU), gpu_side(test::kGpu);
      stacked::Pass expected(made.net, made.parameters, made.buffers, made.x, side);
      stacked::Pass pass(made.net, parameters, buffers, made.x.to(test::kGpu, at::kFloat), gpu_side);
      const auto near = [](const Tensor& got, const Tensor& wanted) {
        return ((got.cpu() - wanted).abs().max() / wanted.abs().max().clamp_min(1e-9)).item<double>() < 2e-5;
      };
      CHECK(near(pass.output(), expected.output()));
      const auto cotangent = normal(2, expected.output().sizes().vec(), at::kDouble);
      CHECK(near(pass.back(cotangent.to(test::kGpu, at::kFloat), true), expected.back(cotangent, true)));
      pass.add_gradient({zeros});
      expected.add_gradient({other_zeros});
      if (c.out.size() == 1) {
        const auto v = normal(3, made.x.sizes().vec(), at::kDouble);
        pass.add_slope_gradient(v.to(test::kGpu, at::kFloat), zeros);
        expected.add_slope_gradient(v, other_zeros);
        Shape shape = made.x.sizes().vec();
        shape[1] = 32;  // for scores and slopes to be one product
        const auto x = normal(5, shape, at::kDouble);
        stacked::Pass expected_scores(made.net, made.parameters, made.buffers, x, side);
        stacked::Pass scores(made.net, parameters, buffers, x.to(test::kGpu, at::kFloat), gpu_side);
        const auto by_score = normal(6, scores.output().sizes().vec(), at::kDouble);
        scores.back(by_score.to(test::kGpu, at::kFloat), false);
        expected_scores.back(by_score, false);
        pass.add_both(scores, v.to(test::kGpu, at::kFloat), {zeros});
        expected.add_both(expected_scores, v, {other_zeros});
      }
      const auto in_two = [&](const std::vector<Tensor>& values, const std::vector<Tensor>& averages,
                              const Tensor& x) {
        Shape shape = {kRuns, 2, 2, kRows / 2};
        shape.insert(shape.end(), c.out.begin(), c.out.end());
        const auto out = at::zeros(shape, x.options()).select(2, 1);
        stacked::make_batches(made.net, values, averages, x, out);
        return out;
      };
      CHECK(near(in_two(parameters, buffers, made.x.to(test::kGpu, at::kFloat)),
                 in_two(made.parameters, made.buffers, made.x)));
      gpu_side.join();
      for (std::size_t i = 0; i < zeros.size(); ++i) {
        CAPTURE(i);
        CHECK(near(zeros[i], other_zeros[i]));
      }
    }
  }
}

TEST_CASE("stacked: a tangent in another layout than the input's is that of the same samples") {
  const auto& c = piecewise_linear()[4];
  Made made(c, at::kDouble);
  stacked::Side side(at::kCPU);
  stacked::Pass pass(made.net, made.parameters, made.buffers, made.x, side);
  pass.back(at::ones_like(pass.output()), /*to_input=*/true);
  const auto v = normal(3, made.x.sizes().vec(), at::kDouble);
  auto one = made.zeros(), other = made.zeros();
  pass.add_slope_gradient(v, one);
  pass.add_slope_gradient(v.permute({0, 1, 3, 4, 2}).contiguous().permute({0, 1, 4, 2, 3}), other);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i].allclose(other[i]));
}

}  // namespace pass_test
