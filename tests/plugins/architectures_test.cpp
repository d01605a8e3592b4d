// Networks as the host builds them: shapes, parameters, output ranges.
#include <doctest/doctest.h>
#include <monge/architecture.h>
#include <monge/error.h>

#include "opened.h"
#include "train/forward.h"

namespace architectures_test {

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
  return {"generator", of.generator(problem), {problem.latent}, problem.sample, problem.classes};
}

Network critic(const Architecture& of, const Problem& problem) {
  return {"critic", of.critic(problem), problem.sample, {1}, problem.classes};
}

Tensor run(const Network& network, const Tensor& x) {
  std::vector<Tensor> weights;
  auto source = draws(7);
  for (const auto& parameter : network.parameters()) weights.push_back(source.normal(parameter.shape) * 0.1);
  monge::train::Pass pass;
  pass.parameters = weights;
  if (network.conditional()) pass.labels = at::arange(x.size(0));
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
    if (table["init"] != "normal_002" || table["conditional"] != "none") continue;
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

TEST_CASE("mlp: widths of each network replace width and depth, as in tutorials for 28x28 pixels") {
  Opened opened;
  const auto mlp = opened.bind<Architecture>("mlp", {{"generator_widths", {128, 256, 512, 1024}},
                                                     {"critic_widths", {512, 256}},
                                                     {"batch_norm", true},
                                                     {"activation", "leaky_relu"}});
  const std::int64_t hidden = 100 * 128 + 128 * 256 + 256 * 512 + 512 * 1024;  // no bias before a batch norm
  CHECK(generator(*mlp, images(1, 28)).size() == hidden + 2 * (128 + 256 + 512 + 1024) + (1024 * 784 + 784));
  CHECK(critic(*mlp, images(1, 28)).size() == (784 * 512 + 512) + (512 * 256 + 256) + (256 + 1));
}

TEST_CASE("mlp: group_sort sorts pairs and needs an even width") {
  Opened opened;
  const auto mlp = opened.bind<Architecture>("mlp", {{"activation", "group_sort"}, {"width", 8}});
  const auto list = mlp->critic({{2}, 2, 0, Range::unbounded}).list;
  CHECK(list[1].kind == monge::Layer::Kind::group_sort);
  CHECK(list[1].kernel == 2);
  const auto odd = opened.bind<Architecture>("mlp", {{"activation", "group_sort"}, {"width", 7}});
  CHECK_THROWS_AS(critic(*odd, {{2}, 2, 0, Range::unbounded}), monge::Error);
}

TEST_CASE("resnet: 32 pixels have the parameters of gan_cifar_resnet.py") {
  Opened opened;
  const auto resnet = opened.bind<Architecture>("resnet");
  const std::int64_t w = 128, conv3 = 9 * w * w + w, conv1 = w * w + w, norm = 2 * w;
  const std::int64_t up = 2 * norm + 2 * conv3 + conv1;
  const Problem cifar{{3, 32, 32}, 128, 0, Range::symmetric};
  CHECK(generator(*resnet, cifar).size() == (128 * 16 * w + 16 * w) + 3 * up + norm + (27 * w + 3));
  const std::int64_t first = (27 * w + w) + conv3 + (3 * w + w), down = 2 * conv3 + conv1;
  CHECK(critic(*resnet, cifar).size() == first + down + 2 * 2 * conv3 + (w + 1));
  CHECK_FALSE(critic(*resnet, cifar).couples_batch());
  const auto normed = opened.bind<Architecture>("resnet", {{"critic_norm", "layer_norm"}});
  CHECK(critic(*normed, cifar).size() ==
        critic(*resnet, cifar).size() + 3 * 2 * norm);  // the first block has none
}

TEST_CASE("resnet: 64 pixels have the parameters of the good networks of gan_64x64.py") {
  Opened opened;
  const auto resnet = opened.bind<Architecture>("resnet", {{"width", 64}});
  const std::int64_t w = 64;
  // Convolution of 3x3 without and with bias, shortcut, two norms.
  const auto up = [](std::int64_t in, std::int64_t out) {
    return 9 * in * out + (9 * out * out + out) + (in * out + out) + 2 * in + 2 * out;
  };
  const auto down = [](std::int64_t in, std::int64_t out) {
    return 9 * in * in + (9 * in * out + out) + (in * out + out) + 2 * 2 * in;
  };
  const Problem lsun{{3, 64, 64}, 128, 0, Range::symmetric};
  CHECK(generator(*resnet, lsun).size() == 129 * 16 * 8 * w + up(8 * w, 8 * w) + up(8 * w, 4 * w) +
                                               up(4 * w, 2 * w) + up(2 * w, w) + 2 * w + (27 * w + 3));
  CHECK(critic(*resnet, lsun).size() == (27 * w + w) + down(w, 2 * w) + down(2 * w, 4 * w) +
                                            down(4 * w, 8 * w) + down(8 * w, 8 * w) + (16 * 8 * w + 1));
}

TEST_CASE("resnet: 3x3 convolutions in blocks begin with twice Glorot's variance, shortcuts with Glorot's") {
  Opened opened;
  const auto resnet = opened.bind<Architecture>("resnet", {{"width", 16}});
  const auto net = critic(*resnet, images(3, 32));
  for (const auto& parameter : net.parameters()) {
    const bool window = parameter.shape.size() == 4 && parameter.shape[2] == 3;
    CHECK(parameter.init_scale == doctest::Approx(window ? std::sqrt(2.0) : 1));
  }
  const auto he = opened.bind<Architecture>("resnet", {{"width", 16}, {"init", "he_uniform"}});
  const auto plain = critic(*he, images(3, 32));
  for (const auto& parameter : plain.parameters()) CHECK(parameter.init_scale == 1);
}

TEST_CASE("resnet: every size and form makes samples in the data's range and one score each") {
  Opened opened;
  for (const auto& table : opened.variants("architecture", "resnet")) {
    if (table["init"] != "glorot_uniform") continue;
    auto narrow = table;
    narrow["width"] = 4;
    const auto resnet = monge::plugin::bind<Architecture>(opened.catalog, narrow);
    for (const std::int64_t side : {32, 64}) {
      CAPTURE(narrow.dump());
      CAPTURE(side);
      Problem problem = images(side == 32 ? 3 : 1, side);
      problem.classes = 5;
      const auto g = generator(*resnet, problem), d = critic(*resnet, problem);
      const auto x = run(g, draws(8).normal({2, 100}));
      CHECK(x.sizes() == at::IntArrayRef({2, problem.sample[0], side, side}));
      CHECK(number(x.abs().max()) <= 1);
      CHECK(run(d, x).sizes() == at::IntArrayRef({2, 1}));
      CHECK_FALSE(d.couples_batch());
      CHECK(g.conditional() == (table["conditional"] != "none"));
      CHECK(d.conditional() == (table["conditional"] != "none"));
    }
  }
}

TEST_CASE("conditional networks: a class changes samples and scores; without labels they are refused") {
  Opened opened;
  for (const std::string name : {"dcgan", "resnet"}) {
    for (const std::string how : {"embed", "projection"}) {
      CAPTURE(name);
      CAPTURE(how);
      const auto bound = opened.bind<Architecture>(name, {{"width", 4}, {"conditional", how}});
      Problem problem = images(1, 32);
      CHECK(contains(refusal(*bound, problem), "the dataset has no labels; set conditional = \"none\""));
      problem.classes = 3;
      const auto g = generator(*bound, problem), d = critic(*bound, problem);
      CHECK(g.parameters()[0].shape == Shape{3, 3});
      const auto twice = [](const Tensor& one) { return at::cat({one, one}); };
      const auto x = run(g, twice(draws(8).normal({1, 100})));
      CHECK(number((x[0] - x[1]).abs().max()) > 1e-6);
      const auto score = run(d, twice(x.narrow(0, 0, 1)));
      CHECK(number((score[0] - score[1]).abs().max()) > 1e-9);
      const auto last = d.layers().back().layer.kind;
      CHECK((last == monge::Layer::Kind::project_label) == (how == "projection"));
    }
  }
}

TEST_CASE("lucic: 28 pixels have the parameters of InfoGAN's networks") {
  Opened opened;
  const auto lucic = opened.bind<Architecture>("lucic");
  const Problem problem{{1, 28, 28}, 64, 0, Range::symmetric};
  CHECK(critic(*lucic, problem).size() ==
        (16 * 64 + 64) + (16 * 64 * 128 + 128) + (128 * 49 * 1024 + 1024) + (1024 + 1));
  CHECK(generator(*lucic, problem).size() ==
        64 * 1024 + 2 * 1024 + 1024 * 128 * 49 + 2 * 128 * 49 + 16 * 128 * 64 + 2 * 64 + (16 * 64 + 1));
  const auto normed = opened.bind<Architecture>("lucic", {{"batch_norm", true}});
  CHECK(critic(*normed, problem).couples_batch());
  CHECK(critic(*normed, problem).buffers().size() == 4);
  CHECK(contains(refusal(*lucic, {{2}, 2, 0, Range::unbounded}), "S = 28, 32 or 64 pixels, got [2]"));
  const auto narrow = opened.bind<Architecture>("lucic", {{"width", 2}});
  const auto x = run(generator(*narrow, images(3, 32, Range::unit)), draws(3).normal({2, 100}));
  CHECK(x.sizes() == at::IntArrayRef({2, 3, 32, 32}));
  CHECK(number(x.min()) >= 0);
}

TEST_CASE("dirac: one weight each, the generator's output whatever z, the critic's slope") {
  Opened opened;
  const auto dirac = opened.bind<Architecture>("dirac");
  const Problem line{{1}, 4, 0, Range::unbounded};
  const auto g = generator(*dirac, line), d = critic(*dirac, line);
  CHECK(g.size() == 1);
  CHECK(d.size() == 1);
  const auto x = run(g, draws(3).normal({5, 4}));
  CHECK(x.sizes() == at::IntArrayRef({5, 1}));
  CHECK(number(x.std()) == 0);
  CHECK(run(d, 3 * x).equal(3 * run(d, x)));
  CHECK(contains(refusal(*dirac, images(1, 28)), "samples must be points [D]"));
}

TEST_CASE("every architecture: `init` chooses how weights begin") {
  Opened opened;
  const Json written = {{"generator", {"linear(1024)", "reshape({1, 32, 32})"}},
                        {"critic", {"flatten()", "linear(1)"}}};
  for (const auto& [name, init] : {std::pair<std::string, monge::Init>{"normal_002", monge::Init::normal_002},
                                   {"uniform_fan_in", monge::Init::uniform_fan_in},
                                   {"glorot_uniform", monge::Init::glorot_uniform},
                                   {"he_uniform", monge::Init::he_uniform}}) {
    for (const auto& architecture : opened.catalog.known("architecture")) {
      CAPTURE(architecture);
      Json table = architecture == "layers" ? written : Json::object();
      table["init"] = name;
      const auto bound = opened.bind<Architecture>(architecture, table);
      const Problem problem = architecture == "dirac" ? Problem{{2}, 2, 0, Range::unbounded} : images(1, 32);
      CHECK(bound->generator(problem).init == init);
      CHECK(bound->critic(problem).init == init);
    }
  }
}

}  // namespace architectures_test
