// Every kind of layer against plain ATen formulas, and what the host asks of all of them: second derivatives,
// many runs at once, nothing read on the host.
#include <doctest/doctest.h>
#include <monge/error.h>
#include <torch/autograd.h>

#include "train/arena.h"
#include "train/forward.h"
#include "train/vmap.h"

namespace layers_test {

using namespace monge;
using train::Arena;
using train::Network;

namespace {

constexpr std::int64_t kClasses = 3, kBatch = 6;

Tensor normal(std::uint64_t counter, const Shape& shape) {
  return train::Draws(5, train::Purpose::probe, counter, at::kDouble).normal(shape);
}

Tensor labels() { return at::arange(kBatch) % kClasses; }

/// A list of layers with parameters of its own, N(0, 1/4) so that none is special.
struct Made {
  Network net;
  Arena arena;
  Tensor x;

  Made(const Layers& layers, const Shape& in, const Shape& out, std::uint64_t seed = 0)
      : net("critic", layers, in, out, kClasses), arena(net, at::kDouble) {
    Shape batch = in;
    batch.insert(batch.begin(), kBatch);
    x = normal(100 + seed, batch);
    for (std::size_t i = 0; i < arena.values.size(); ++i) {
      arena.values[i].copy_(normal(10 + i + 50 * seed, net.parameters()[i].shape) / 2);
    }
  }
  const Tensor& operator[](std::size_t i) const { return arena.values[i]; }
  Tensor run() const { return train::forward(net, x, {.parameters = arena.values, .labels = labels()}); }
};

bool close(const Tensor& a, const Tensor& b) { return a.sizes() == b.sizes() && a.allclose(b, 1e-10, 1e-12); }

std::string fault_of(const Layers& layers, const Shape& in, std::int64_t classes = kClasses) {
  try {
    Network("critic", layers, in, {1}, classes);
  } catch (const Error& error) {
    CHECK(error.exit() == Exit::experiment);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Example {
  std::string name;
  Layers layers;
  Shape in, out;
};

/// Each kind once or more; the test below fails when one is missing.
std::vector<Example> examples() {
  return {
      {"linear", {linear(4).bias(false), linear(2)}, {3}, {2}},
      {"conv", {conv(2, 3).stride(2).pad(1)}, {3, 5, 5}, {2, 3, 3}},
      {"conv_transpose", {conv_transpose(2, 3).stride(2).pad(1).output_pad(1)}, {3, 4, 4}, {2, 8, 8}},
      {"batch_norm", {batch_norm()}, {4, 2, 2}, {4, 2, 2}},
      {"batch_norm without gain", {batch_norm().gain(false)}, {4}, {4}},
      {"layer_norm", {layer_norm()}, {4, 2, 2}, {4, 2, 2}},
      {"layer_norm without gain", {layer_norm().gain(false)}, {4}, {4}},
      {"activations", {linear(6), relu(), linear(6), leaky_relu(0.2), tanh(), sigmoid()}, {4}, {6}},
      {"group_sort", {group_sort(3), linear(6), group_sort()}, {6}, {6}},
      {"group_sort of an image", {group_sort()}, {4, 2, 2}, {4, 2, 2}},
      {"gate and scale", {linear(8), gate(), scale(0.3)}, {4}, {4}},
      {"shapes", {linear(12), reshape({3, 2, 2}), flatten()}, {4}, {12}},
      {"pooling", {upsample(2), avg_pool(4), sum_pixels()}, {3, 4, 4}, {3}},
      {"pooled conv", {upsample(2), conv(2, 1), avg_pool(4), sum_pixels()}, {3, 4, 4}, {2}},
      {"conditional points", {embed_label(2), linear(4), tanh(), project_label()}, {3}, {1}},
      {"conditional image", {embed_label(1), conv(4, 3), sum_pixels(), project_label()}, {1, 4, 4}, {1}},
      {"residual",
       {residual({conv(2, 3).pad(1), avg_pool(2)}, {avg_pool(2), conv(2, 1)})},
       {3, 4, 4},
       {2, 2, 2}},
      {"constant", {constant({2})}, {3}, {2}},
  };
}

std::vector<Tensor> differentiate(const Tensor& y, const std::vector<Tensor>& by) {
  return torch::autograd::grad({y}, by, {}, true, true, /*allow_unused=*/true);
}

}  // namespace

TEST_CASE("layers: sorting, gating and scaling against plain formulas") {
  const Made sorted({group_sort(2)}, {4, 2, 2}, {4, 2, 2});
  const auto a = sorted.x.slice(1, 0, 4, 2), b = sorted.x.slice(1, 1, 4, 2);
  const auto expected = at::stack({at::minimum(a, b), at::maximum(a, b)}, 2).flatten(1, 2);
  CHECK(close(sorted.run(), expected));
  CHECK(close(sorted.run().square().sum(1), sorted.x.square().sum(1)));

  const Made gated({gate()}, {4, 2, 2}, {2, 2, 2});
  CHECK(close(gated.run(), at::sigmoid(gated.x.slice(1, 0, 4, 2)) * at::tanh(gated.x.slice(1, 1, 4, 2))));
  const Made scaled({scale(0.3)}, {4}, {4});
  CHECK(close(scaled.run(), scaled.x * 0.3));
}

TEST_CASE("layers: pooling, enlarging and summing pixels against plain formulas") {
  const Made pooled({avg_pool(2)}, {3, 4, 6}, {3, 2, 3});
  const auto& x = pooled.x;
  using at::indexing::Slice;
  const Slice all, even(0, at::indexing::None, 2), odd(1, at::indexing::None, 2);
  const auto corner = [&](const Slice& row, const Slice& column) { return x.index({all, all, row, column}); };
  CHECK(close(pooled.run(),
              (corner(even, even) + corner(even, odd) + corner(odd, even) + corner(odd, odd)) / 4));

  const Made enlarged({upsample(3)}, {2, 2, 3}, {2, 6, 9});
  CHECK(close(enlarged.run(), enlarged.x.repeat_interleave(3, 2).repeat_interleave(3, 3)));
  const Made summed({sum_pixels()}, {3, 4, 2}, {3});
  CHECK(close(summed.run(), summed.x.flatten(2).sum(2)));
}

TEST_CASE("layers: normalisations without a gain have only a shift") {
  const Made layer({layer_norm().gain(false)}, {4, 2, 2}, {4, 2, 2});
  CHECK(layer.net.size() == 4);
  CHECK(layer.net.parameters()[0].role.part == Role::Part::shift);
  const auto flat = layer.x.flatten(1);
  const auto centred = flat - flat.mean(1, true);
  const auto norm = (centred / (centred.square().mean(1, true) + 1e-5).sqrt()).view_as(layer.x);
  CHECK(close(layer.run(), norm + layer[0].view({4, 1, 1})));

  const Made with_gain({layer_norm()}, {4, 2, 2}, {4, 2, 2});
  CHECK(close(with_gain.run(), norm * with_gain[0].view({4, 1, 1}) + with_gain[1].view({4, 1, 1})));

  const Made batch({batch_norm().gain(false)}, {4}, {4});
  const auto spread = batch.x - batch.x.mean(0);
  CHECK(close(batch.run(), spread / (spread.square().mean(0) + 1e-5).sqrt() + batch[0]));
}

TEST_CASE("layers: an embedded class is appended as features or as channels") {
  const Made points({embed_label(2)}, {3}, {5});
  CHECK(points[0].sizes() == at::IntArrayRef({kClasses, 2}));
  CHECK(close(points.run(), at::cat({points.x, at::embedding(points[0], labels())}, 1)));
  CHECK(points.net.conditional());

  const Made image({embed_label(2)}, {1, 3, 4}, {3, 3, 4});
  CHECK(image[0].sizes() == at::IntArrayRef({kClasses, 2 * 3 * 4}));
  for (std::int64_t i = 0; i < kBatch; ++i) {
    CHECK(close(image.run()[i].slice(0, 1), image[0][i % kClasses].view({2, 3, 4})));
  }
}

TEST_CASE("layers: the projection critic is w.x + b + e(class).x") {
  const Made net({project_label()}, {4}, {1});
  CHECK(net.net.parameters()[2].name == "0.project_label.embedding");
  for (std::int64_t i = 0; i < kBatch; ++i) {
    const auto score = (net[0][0] * net.x[i]).sum() + net[1][0] + (net[2][i % kClasses] * net.x[i]).sum();
    CHECK(close(net.run()[i][0], score));
  }
  const Made without({project_label().bias(false)}, {4}, {1});
  CHECK(without.net.size() == 4 + kClasses * 4);
  CHECK(close(without.run().squeeze(1),
              (without.x * (without[0] + without[1].index_select(0, labels()))).sum(1)));
}

TEST_CASE("layers: a residual adds its shortcut, or x itself") {
  const Made plain({residual({linear(3), tanh()})}, {3}, {3});
  CHECK(close(plain.run(), plain.x + at::tanh(at::linear(plain.x, plain[0], plain[1]))));
  const Made down({residual({conv(2, 3).pad(1), avg_pool(2)}, {avg_pool(2), conv(2, 1).bias(false)})},
                  {3, 4, 4}, {2, 2, 2});
  const auto body = at::avg_pool2d(
      at::conv2d(down.x, down[0], down[1], at::IntArrayRef({1, 1}), at::IntArrayRef({1, 1})), {2, 2});
  CHECK(close(down.run(), body + at::conv2d(at::avg_pool2d(down.x, {2, 2}), down[2])));
  CHECK(down.net.parameters()[2].name == "4.conv.weight");
  CHECK(contains(down.net.table(), "+ conv"));
}

TEST_CASE("layers: a constant is its parameter, whatever the input") {
  const Made net({constant({2})}, {3}, {2});
  CHECK(close(net.run(), net[0].expand({kBatch, 2})));
  Arena arena(net.net, at::kDouble);
  train::initialise(arena, net.net, 1, train::Purpose::init_generator);
  CHECK(arena.flat.abs().max().item<double>() <= 1);  // U(-1, 1), its fan-in being one
  CHECK(arena.flat.abs().min().item<double>() > 0);
}

TEST_CASE("layers: what does not fit is refused with the layer's place and the shapes before it") {
  CHECK(contains(fault_of({group_sort(3)}, {4}), "layer 0 (group_sort): cannot divide [4] into groups of 3"));
  CHECK(contains(fault_of({group_sort(0)}, {4}), "into groups of 0"));
  CHECK(contains(fault_of({gate()}, {3}), "cannot divide [3] into groups of 2"));
  CHECK(contains(fault_of({avg_pool(3)}, {1, 4, 4}), "cannot divide [1, 4, 4] into squares of side 3"));
  CHECK(contains(fault_of({avg_pool(2)}, {4}), "needs an image [C, H, W], got [4]"));
  CHECK(contains(fault_of({upsample(0)}, {1, 4, 4}), "at least 1, got 0"));
  CHECK(contains(fault_of({sum_pixels()}, {4}), "needs an image"));
  CHECK(contains(fault_of({embed_label(0)}, {4}), "at least one feature, got 0"));
  CHECK(contains(fault_of({reshape({4}), embed_label(1), linear(1)}, {2, 2}, 0),
                 "needs classes, but the data has no labels"));
  CHECK(contains(fault_of({project_label()}, {4}, 0), "needs classes"));
  CHECK(contains(fault_of({project_label()}, {1, 4, 4}), "put a flatten before it"));
  CHECK(contains(fault_of({reshape({-2, -2})}, {4}), "extents of at least 1, got [-2, -2]"));
  CHECK(contains(fault_of({reshape({})}, {1}), "extents of at least 1, got []"));
  CHECK(contains(fault_of({conv_transpose(1, 4).stride(2).output_pad(2)}, {1, 4, 4}),
                 "output padding from 0 to less than its stride of 2, got 2"));
  CHECK(contains(fault_of({conv(1, 3).pad(-1)}, {1, 4, 4}), "padding of at least 0, got -1"));
  CHECK(contains(fault_of({linear(1)}, {}), "got a single number"));
}

TEST_CASE("layers: a size beyond all memory is a sentence, not an overflow") {
  constexpr std::int64_t kHuge = INT64_MAX;
  for (const Layers& layers : {Layers{linear(kHuge)}, Layers{embed_label(kHuge)},
                               Layers{reshape({kHuge, kHuge})}, Layers{constant({kHuge, 3})}}) {
    CHECK(contains(fault_of(layers, {4}), "more than 2^30 elements"));
  }
  CHECK(contains(fault_of({upsample(kHuge)}, {1, 4, 4}), "more than 2^30 elements"));
  CHECK(contains(fault_of({conv(1, 3).pad(kHuge)}, {1, 4, 4}), "at most 65536"));
  CHECK(contains(fault_of({conv(kHuge, 3)}, {1, 4, 4}), "more than 2^30 elements"));
  CHECK(contains(fault_of({conv_transpose(1, 2).stride(60000)}, {1, 4, 4}), "more than 2^30 elements"));
}

TEST_CASE("layers: a fault inside a residual is told once") {
  const auto text = fault_of({linear(4), residual({linear(6), relu(), conv(1, 3)})}, {2});
  CHECK(contains(text, "critic, layer 4 (conv): needs an image [C, H, W], got [6]"));
  CHECK(text.find("critic, layer") == text.rfind("critic, layer"));
  CHECK(contains(text, "relu"));
}

TEST_CASE("layers: init_scale multiplies the first weights and nothing else") {
  for (const Init init : {Init::normal_002, Init::uniform_fan_in, Init::glorot_uniform, Init::he_uniform}) {
    const auto first = [&](double factor) {
      const Network net("critic", Layers({linear(4).init_scale(factor), layer_norm(), linear(1)}, init), {3},
                        {1});
      Arena arena(net, at::kDouble);
      train::initialise(arena, net, 1, train::Purpose::init_critic);
      return arena;
    };
    const Arena one = first(1), twice = first(2);
    CHECK(close(twice.values[0], 2 * one.values[0]));
    for (std::size_t i = 1; i < one.values.size(); ++i) CHECK(twice.values[i].equal(one.values[i]));
  }
}

TEST_CASE("layers: the examples cover every kind") {
  std::vector<bool> seen(static_cast<std::size_t>(Layer::Kind::residual) + 1, false);
  for (const auto& example : examples()) {
    for (const auto& layer : example.layers.list) seen[static_cast<std::size_t>(layer.kind)] = true;
  }
  for (std::size_t kind = 0; kind < seen.size(); ++kind) {
    CAPTURE(train::name_of(static_cast<Layer::Kind>(kind)));
    CHECK(seen[kind]);
  }
}

TEST_CASE("layers: a penalty's second derivatives agree with differences, masks on or off") {
  for (const auto& example : examples()) {
    if (example.name == "constant") continue;  // has no slope
    CAPTURE(example.name);
    Made made(example.layers, example.in, example.out);
    const auto direction = normal(7, made.run().sizes().vec());
    // penalty(w) = sum |d(direction . f_w(x)) / dx|^2
    const auto penalty = [&](at::TensorList parameters, bool masks) {
      const auto x = made.x.detach().requires_grad_();
      const auto y =
          train::forward(made.net, x, {.parameters = parameters, .labels = labels(), .masks = masks});
      return differentiate((y * direction).sum(), {x})[0].square().sum();
    };
    std::vector<Tensor> by;
    for (const auto& leaf : made.arena.leaves) by.push_back(leaf);
    if (by.empty()) continue;
    for (const bool masks : {false, true}) {
      CAPTURE(masks);
      const auto value = penalty(made.arena.leaves, masks);
      const auto gradients =
          value.requires_grad() ? differentiate(value, by) : std::vector<Tensor>(by.size());
      for (std::size_t i = 0; i < by.size(); ++i) {
        const auto along = normal(20 + i, by[i].sizes().vec());
        const auto at_distance = [&](double h) {
          std::vector<Tensor> moved(made.arena.values.begin(), made.arena.values.end());
          moved[i] = moved[i] + h * along;
          return penalty(moved, masks).item<double>();
        };
        const double numeric = (at_distance(1e-5) - at_distance(-1e-5)) / 2e-5;
        const double exact = gradients[i].defined() ? (gradients[i] * along).sum().item<double>() : 0;
        CHECK(exact == doctest::Approx(numeric).epsilon(1e-5).scale(1 + value.item<double>()));
      }
    }
  }
}

TEST_CASE("layers: three networks at once under vmap give what a loop gives, gradients too") {
  for (const auto& example : examples()) {
    CAPTURE(example.name);
    std::vector<Made> runs;
    runs.reserve(3);
    for (std::uint64_t k = 0; k < 3; ++k) runs.emplace_back(example.layers, example.in, example.out, k);
    const auto stack = [&](auto&& part) {
      return at::stack(std::vector<Tensor>{part(runs[0]), part(runs[1]), part(runs[2])});
    };
    std::vector<Tensor> stacked;
    for (std::size_t i = 0; i < runs[0].arena.values.size(); ++i) {
      stacked.push_back(stack([&](const Made& made) { return made[i]; }).requires_grad_());
    }
    const auto x = stack([](const Made& made) { return made.x; });
    Tensor together;
    {
      const train::Vmap vmap(3);
      std::vector<Tensor> inside;
      inside.reserve(stacked.size());
      for (const auto& all : stacked) inside.push_back(vmap.in(all));
      together =
          vmap.out(train::forward(runs[0].net, vmap.in(x), {.parameters = inside, .labels = labels()}));
    }
    for (std::int64_t k = 0; k < 3; ++k) CHECK(close(together[k], runs[k].run()));
    if (stacked.empty()) continue;
    const auto gradients = differentiate(together.square().sum(), stacked);
    for (std::int64_t k = 0; k < 3; ++k) {
      std::vector<Tensor> leaves(runs[k].arena.leaves);
      const auto y = train::forward(runs[k].net, runs[k].x, {.parameters = leaves, .labels = labels()});
      const auto alone = differentiate(y.square().sum(), leaves);
      for (std::size_t i = 0; i < alone.size(); ++i) CHECK(close(gradients[i][k], alone[i]));
    }
  }
}

TEST_CASE(
    "layers: none reads a value on the host, so meta tensors pass where LibTorch has a kernel for them") {
  std::string without_kernel;
  for (const auto& example : examples()) {
    CAPTURE(example.name);
    const Made made(example.layers, example.in, example.out);
    std::vector<Tensor> parameters;
    for (const auto& value : made.arena.values) parameters.push_back(value.to(at::kMeta));
    const auto x = made.x.to(at::kMeta), label = labels().to(at::kMeta);
    try {
      const auto y = train::forward(made.net, x, {.parameters = parameters, .labels = label, .masks = true});
      CHECK(y.sizes() == made.run().sizes());
    } catch (const c10::Error& error) {
      const std::string fault = error.what_without_backtrace();
      CAPTURE(fault);  // a read is "Tensor.item() cannot be called on meta tensors"
      CHECK((contains(fault, "Meta kernel registered") || contains(fault, "overrideable not implemented")));
      without_kernel += (without_kernel.empty() ? "" : ", ") + example.name;
    }
  }
  CHECK(without_kernel ==
        "conv, conv_transpose, batch_norm, batch_norm without gain, layer_norm, layer_norm without gain, "
        "pooled conv, "
        "conditional points, conditional image, residual");
}

}  // namespace layers_test
