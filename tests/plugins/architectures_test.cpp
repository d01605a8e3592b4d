// Networks as the host builds them: shapes, parameters, output ranges.
#include <doctest/doctest.h>
#include <monge/architecture.h>
#include <monge/error.h>

#include "opened.h"
#include "train/forward.h"

using monge::Architecture;
using monge::Problem;
using monge::Range;
using monge::Shape;
using monge::Tensor;
using monge::train::Network;
using namespace monge::test;

namespace {

Problem images(std::int64_t channels, std::int64_t side, Range range = Range::symmetric) {
  return {{channels, side, side}, 100, 0, range};
}

Network generator(const Architecture& of, const Problem& problem) {
  return {"generator", of.generator(problem), {problem.latent}, problem.sample};
}

Network critic(const Architecture& of, const Problem& problem) {
  return {"critic", of.critic(problem), problem.sample, {1}};
}

Tensor run(const Network& network, const Tensor& x) {
  std::vector<Tensor> weights;
  auto source = draws(7);
  for (const auto& parameter : network.parameters()) weights.push_back(source.normal(parameter.shape) * 0.1);
  monge::train::Pass pass;
  pass.parameters = weights;
  return monge::train::forward(network, x, pass);
}

std::string refusal(const Architecture& architecture, const Problem& problem) {
  try {
    architecture.generator(problem);
  } catch (const monge::Error& error) {
    CHECK(error.exit() == monge::Exit::experiment);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("dcgan: 28 pixels at width 16 have the parameters counted by hand") {
  Opened opened;
  const auto dcgan = opened.bind<Architecture>("dcgan", {{"width", 16}});
  // 1 -> 16 -> 32 by 4x4 kernels with biases, then 32 * 7 * 7 -> 1.
  CHECK(critic(*dcgan, images(1, 28)).size() == (16 * 16 + 16) + (16 * 16 * 32 + 32) + (32 * 49 + 1));
  // z -> 32 * 7 * 7, batch norm, 32 -> 16, batch norm, 16 -> 1; no bias before a batch norm.
  CHECK(generator(*dcgan, images(1, 28)).size() ==
        100 * 32 * 49 + 2 * 32 + 32 * 16 * 16 + 2 * 16 + (16 * 16 + 1));
}

TEST_CASE("dcgan: 64 pixels at width 64 have the channels of the DCGAN paper") {
  Opened opened;
  const auto dcgan = opened.bind<Architecture>("dcgan", {{"batch_norm", "both"}});
  const auto net = generator(*dcgan, images(3, 64));
  std::vector<std::int64_t> channels;
  for (const auto& layer : net.layers()) {
    if (layer.layer.kind == monge::Layer::Kind::batch_norm) channels.push_back(layer.out[0]);
  }
  CHECK(channels == std::vector<std::int64_t>{512, 256, 128, 64});
  CHECK(critic(*dcgan, images(3, 64)).parameters().front().shape == Shape{64, 3, 4, 4});
}

TEST_CASE(
    "dcgan: every size, channel count and batch norm gives samples in the data's range and one score each") {
  Opened opened;
  for (const auto& table : opened.variants("architecture", "dcgan")) {
    if (table["init"] != "normal_002") continue;
    auto narrow = table;
    narrow["width"] = 4;
    const auto dcgan = monge::plugin::bind<Architecture>(opened.catalog, narrow);
    for (const std::int64_t side : {28, 32, 64}) {
      for (const std::int64_t channels : {1, 3}) {
        CAPTURE(narrow.dump());
        CAPTURE(side);
        const auto problem = images(channels, side);
        const auto g = generator(*dcgan, problem), d = critic(*dcgan, problem);
        const auto x = run(g, draws(8).normal({2, 100}));
        CHECK(x.sizes() == at::IntArrayRef({2, channels, side, side}));
        CHECK(number(x.abs().max()) <= 1);
        CHECK(run(d, x).sizes() == at::IntArrayRef({2, 1}));
        const std::string norm = table["batch_norm"];
        CHECK(g.couples_batch() == (norm == "generator" || norm == "both"));
        CHECK(d.couples_batch() == (norm == "critic" || norm == "both"));
      }
    }
  }
}

TEST_CASE("dcgan: the critic's first and the generator's last layer have no batch norm") {
  Opened opened;
  const auto dcgan = opened.bind<Architecture>("dcgan", {{"batch_norm", "both"}});
  const auto g = dcgan->generator(images(1, 32)).list, d = dcgan->critic(images(1, 32)).list;
  CHECK(d[1].kind == monge::Layer::Kind::leaky_relu);
  CHECK(g[g.size() - 2].kind == monge::Layer::Kind::conv_transpose);
  CHECK(g[g.size() - 1].kind == monge::Layer::Kind::tanh);
}

TEST_CASE("dcgan: other samples are refused with what is allowed") {
  Opened opened;
  const auto dcgan = opened.bind<Architecture>("dcgan");
  for (const auto& sample : {Shape{1, 29, 29}, Shape{2, 28, 28}, Shape{1, 28, 32}, Shape{2}, Shape{28, 28}}) {
    const auto text = refusal(*dcgan, {sample, 100, 0, Range::symmetric});
    CHECK(contains(text, "[1 or 3, S, S] with S = 28, 32 or 64"));
    CHECK(contains(text, std::to_string(sample.back()) + "]"));
  }
}

TEST_CASE("mlp: two-dimensional points have the parameters counted by hand and no last activation") {
  Opened opened;
  const auto mlp = opened.bind<Architecture>("mlp", {{"width", 128}, {"depth", 3}});
  const Problem points{{2}, 2, 0, Range::unbounded};
  const auto g = generator(*mlp, points), d = critic(*mlp, points);
  CHECK(g.size() == (2 * 128 + 128) + 2 * (128 * 128 + 128) + (128 * 2 + 2));
  CHECK(d.size() == (2 * 128 + 128) + 2 * (128 * 128 + 128) + (128 + 1));
  CHECK(g.layers().back().layer.kind == monge::Layer::Kind::linear);
}

TEST_CASE("mlp: images are flattened for the critic and made in the data's range") {
  Opened opened;
  for (const auto& table : opened.variants("architecture", "mlp")) {
    if (table["init"] != "uniform_fan_in") continue;
    CAPTURE(table.dump());
    const auto mlp = monge::plugin::bind<Architecture>(opened.catalog, table);
    const auto problem = images(3, 5, Range::unit);
    const auto g = generator(*mlp, problem), d = critic(*mlp, problem);
    const auto x = run(g, draws(9).normal({4, 100}));
    CHECK(x.sizes() == at::IntArrayRef({4, 3, 5, 5}));
    CHECK(number(x.min()) >= 0);
    CHECK(number(x.max()) <= 1);
    CHECK(run(d, x).sizes() == at::IntArrayRef({4, 1}));
    CHECK(g.couples_batch() == table["batch_norm"].get<bool>());
    CHECK_FALSE(d.couples_batch());
  }
}

TEST_CASE("mlp: depth 0 is a linear critic") {
  Opened opened;
  const auto mlp = opened.bind<Architecture>("mlp", {{"depth", 0}});
  CHECK(critic(*mlp, {{2}, 2, 0, Range::unbounded}).size() == 3);
}

TEST_CASE("every architecture: `init` chooses how weights begin") {
  Opened opened;
  for (const auto& [name, init] : {std::pair<std::string, monge::Init>{"normal_002", monge::Init::normal_002},
                                   {"uniform_fan_in", monge::Init::uniform_fan_in},
                                   {"glorot_uniform", monge::Init::glorot_uniform},
                                   {"he_uniform", monge::Init::he_uniform}}) {
    for (const auto& architecture : opened.catalog.known("architecture")) {
      const auto bound = opened.bind<Architecture>(architecture, {{"init", name}});
      CHECK(bound->generator(images(1, 28)).init == init);
      CHECK(bound->critic(images(1, 28)).init == init);
    }
  }
}
