// Networks written as text: the same as compiled ones, and every mistake a sentence.
#include <doctest/doctest.h>
#include <monge/architecture.h>
#include <monge/error.h>

#include <random>
#include <sstream>

#include "../../plugins/architectures/init_choices.h"
#include "../../plugins/architectures/layer_reader.h"
#include "opened.h"
#include "train/arena.h"

namespace layers_test {

using monge::Architecture;
using monge::Layer;
using monge::Problem;
using monge::Shape;
using monge::plugins::LayerReader;
using monge::train::Network;
using namespace monge::test;

namespace {

std::string list_text(const std::vector<Layer>& layers);

// A layer as it stands in C++, modifiers only where they differ from what they are without.
std::string text_of(const Layer& layer) {
  using Kind = Layer::Kind;
  std::ostringstream text;
  text.precision(17);
  text << monge::train::name_of(layer.kind) << '(';
  const bool window = layer.kind == Kind::conv || layer.kind == Kind::conv_transpose;
  if (layer.kind == Kind::leaky_relu || layer.kind == Kind::scale) text << layer.slope;
  if (layer.out > 0) text << layer.out << (window ? ", " : "");
  if (layer.kernel > 0) text << layer.kernel;
  if (!layer.shape.empty()) {
    for (std::size_t i = 0; i < layer.shape.size(); ++i) text << (i == 0 ? "{" : ", ") << layer.shape[i];
    text << '}';
  }
  if (layer.kind == Kind::residual) {
    text << list_text(layer.body);
    if (!layer.shortcut.empty()) text << ", " << list_text(layer.shortcut);
  }
  text << ')';
  if (layer.stride_ != 1) text << ".stride(" << layer.stride_ << ')';
  if (layer.pad_ != 0) text << ".pad(" << layer.pad_ << ')';
  if (layer.output_pad_ != 0) text << ".output_pad(" << layer.output_pad_ << ')';
  if (!layer.bias_) text << ".bias(false)";
  if (!layer.gain_) text << ".gain(false)";
  if (layer.init_scale_ != 1) text << ".init_scale(" << layer.init_scale_ << ')';
  return text.str();
}

std::string list_text(const std::vector<Layer>& layers) {
  std::string text = "{";
  for (const auto& layer : layers) text += (text.size() > 1 ? ", " : "") + text_of(layer);
  return text + "}";
}

std::vector<Layer> one_of_each() {
  using namespace monge;
  return {linear(3),
          linear(3).bias(false).init_scale(1.5),
          conv(4, 3).stride(2).pad(1).bias(false),
          conv_transpose(2, 4).stride(2).pad(1).output_pad(1),
          batch_norm(),
          batch_norm().gain(false),
          layer_norm().gain(false),
          relu(),
          leaky_relu(0.1),
          monge::tanh(),
          sigmoid(),
          gate(),
          group_sort(5),
          scale(-0.3),
          constant({2, 3}),
          reshape({3, 4, 5}),
          flatten(),
          avg_pool(2),
          upsample(2),
          sum_pixels(),
          embed_label(7),
          project_label().bias(false),
          residual({conv(3, 1), relu()}),
          residual({residual({relu()}), conv(3, 1).pad(2)}, {conv(3, 5), scale(2)})};
}

std::string fault_of(const std::string& text) {
  try {
    LayerReader(text, "architecture 'layers': critic[2]").read();
  } catch (const monge::Error& error) {
    CHECK(error.exit() == monge::Exit::experiment);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Json texts(const std::vector<Layer>& layers) {
  Json all = Json::array();
  for (const auto& layer : layers) all.push_back(text_of(layer));
  return all;
}

}  // namespace

TEST_CASE("layers: every kind is read back from its text, and every kind has a form") {
  for (const auto& layer : one_of_each()) {
    const std::string text = text_of(layer);
    CAPTURE(text);
    CHECK(text_of(LayerReader(text, "here").read()) == text);
  }
  for (int kind = 0; kind <= static_cast<int>(Layer::Kind::residual); ++kind) {
    const std::string name = monge::train::name_of(static_cast<Layer::Kind>(kind));
    CAPTURE(name);
    const auto forms = monge::plugins::layer_forms();
    CHECK(std::any_of(forms.begin(), forms.end(), [&](const auto& form) { return form.name() == name; }));
    const auto all = one_of_each();
    CHECK(
        std::any_of(all.begin(), all.end(), [&](const auto& l) { return static_cast<int>(l.kind) == kind; }));
  }
}

TEST_CASE("layers: spaces are free, group_sort has its default, a residual may be empty") {
  CHECK(text_of(LayerReader("  conv( 64,4 ) . stride(2). pad( 1 ) ", "").read()) ==
        "conv(64, 4).stride(2).pad(1)");
  CHECK(LayerReader("group_sort()", "").read().kernel == 2);
  CHECK(LayerReader("residual({}, {scale(.5)})", "").read().shortcut.size() == 1);
}

TEST_CASE("layers: a mistake names the entry, the column, what is allowed and the nearest name") {
  const std::string place = "architecture 'layers': critic[2], column ";
  CHECK(contains(fault_of("conv_transpos(64, 4)"),
                 place + "1 of \"conv_transpos(64, 4)\": there is no layer 'conv_transpos'; did you mean "
                         "'conv_transpose'? (there are linear, conv, "));
  CHECK(contains(fault_of("conv(64 4)"),
                 place + "9 of \"conv(64 4)\": takes more; write conv(channels, kernel)"));
  CHECK(contains(fault_of("conv(64, 4, 2)"), "column 12 of"));
  CHECK(contains(fault_of("conv(64, 4, 2)"), "takes no more; write conv(channels, kernel)"));
  CHECK(contains(fault_of("relu(1)"), "takes no more; write relu()"));
  CHECK(contains(fault_of("linear()"), "expected a number, got ')'; write linear(units)"));
  CHECK(contains(fault_of("linear(2.5)"), "expected a whole number from 1 to 10^9, got 2.5"));
  CHECK(contains(fault_of("linear(-3)"), "from 1 to 10^9, got -3; write linear(units)"));
  CHECK(contains(fault_of("reshape({0, 4})"), "from 1 to 10^9, got 0"));
  CHECK(contains(fault_of("conv(3, 4).pad(-1)"), "from 0 to 10^9, got -1; write .pad(pixels)"));
  CHECK(contains(fault_of("linear(99999999999)"), "expected a whole number from 1 to 10^9"));
  CHECK(contains(fault_of("leaky_relu(1e999)"), "expected a number"));
  CHECK(contains(
      fault_of("conv(3, 4).strid(2)"),
      "column 12 of \"conv(3, 4).strid(2)\": 'conv' has no modifier 'strid'; did you mean 'stride'? (it "
      "has stride, pad, bias, init_scale)"));
  CHECK(contains(fault_of("relu().bias(false)"), "'relu' has no modifier 'bias' (it has none)"));
  CHECK(contains(fault_of("linear(3).bias(0)"), "expected true or false, got '0'"));
  CHECK(contains(fault_of("reshape(3, 4)"), "expected '{', got '3'; write reshape({extents})"));
  CHECK(contains(fault_of("residual(conv(3, 1))"), "expected '{', got 'c'"));
  CHECK(contains(fault_of("residual({conv(3, 1)"), "expected '}', got the end"));
  CHECK(contains(fault_of("relu() relu()"), "expected the end or a modifier"));
  CHECK(contains(fault_of(""), "expected a layer such as conv(64, 3).pad(1), got the end"));
  std::string deep = "relu()";
  for (int i = 0; i < 10'000; ++i) deep = "residual({" + deep + "})";
  CHECK(contains(fault_of(deep), "more than 32 residuals within each other"));
  CHECK(fault_of(deep).size() < 500);
}

TEST_CASE("layers: networks that cannot be trained are refused") {
  Opened opened;
  const Problem points{{2}, 2, 0, monge::Range::unbounded};
  const auto refusal = [&](const Json& table) {
    const auto bound = opened.bind<Architecture>("layers", table);
    try {
      bound->generator(points);
      bound->critic(points);
    } catch (const monge::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(contains(refusal({}), "generator has nothing to train; list its layers"));
  CHECK(contains(refusal({{"generator", {"linear(2)"}}, {"critic", {"sum_pixels()"}}}),
                 "critic has nothing to train"));
  CHECK(contains(
      refusal({{"generator", {"linear(2)"}}, {"critic", {"residual({constant({2})})", "linear(1)"}}}),
      "'constant' forgets the sample"));
  CHECK(refusal({{"generator", {"constant({2})"}}, {"critic", {"linear(1)"}}}).empty());
}

TEST_CASE("layers: a compiled network and its text have the same parameters, first values and outputs") {
  Opened opened;
  struct Case {
    std::string name;
    Json table;
    Problem problem;
  };
  const Problem points{{2}, 3, 0, monge::Range::unbounded};
  const Problem small{{1, 28, 28}, 5, 4, monge::Range::unit},
      large{{3, 32, 32}, 5, 4, monge::Range::symmetric};
  for (const auto& [name, table, problem] :
       {Case{"mlp", {{"width", 8}, {"activation", "leaky_relu"}}, points},
        Case{"dcgan", {{"width", 2}, {"batch_norm", "both"}, {"conditional", "embed"}}, small},
        Case{"resnet", {{"width", 2}, {"conditional", "projection"}, {"critic_norm", "layer_norm"}}, large},
        Case{"dirac", {}, points}}) {
    CAPTURE(name);
    const auto compiled = opened.bind<Architecture>(name, table);
    const auto generator = compiled->generator(problem), critic = compiled->critic(problem);
    const auto inits = monge::plugins::init_choices();
    const auto init = std::find_if(inits.begin(), inits.end(),
                                   [&](const auto& pair) { return pair.second == generator.init; });
    const auto written = opened.bind<Architecture>(
        "layers",
        {{"generator", texts(generator.list)}, {"critic", texts(critic.list)}, {"init", init->first}});
    for (const bool player : {false, true}) {
      const auto network = [&](const Architecture& of) {
        return player ? Network("generator", of.generator(problem), {problem.latent}, problem.sample,
                                problem.classes)
                      : Network("critic", of.critic(problem), problem.sample, {1}, problem.classes);
      };
      const Network a = network(*compiled), b = network(*written);
      CHECK(a.table() == b.table());
      REQUIRE(a.size() == b.size());
      monge::train::Arena first(a, at::kDouble), second(b, at::kDouble);
      initialise(first, a, 3, monge::train::Purpose::init_critic);
      initialise(second, b, 3, monge::train::Purpose::init_critic);
      CHECK(first.flat.equal(second.flat));
    }
  }
}

TEST_CASE("layers: output() is the activation of the data's range") {
  Opened opened;
  const auto written = opened.bind<Architecture>(
      "layers", {{"generator", {"linear(2)", "output()"}}, {"critic", {"linear(1)"}}});
  CHECK(written->generator({{2}, 2, 0, monge::Range::unit}).list.back().kind == Layer::Kind::sigmoid);
  CHECK(written->generator({{2}, 2, 0, monge::Range::symmetric}).list.back().kind == Layer::Kind::tanh);
  CHECK(written->generator({{2}, 2, 0, monge::Range::unbounded}).list.size() == 1);
}

TEST_CASE("layers: 20,000 damaged texts are a layer or a sentence, and so are the networks made of them") {
  std::mt19937 random(1);
  const std::string alphabet = "(){},.0123456789-e abcdlnorstu_";
  const auto seeds = one_of_each();
  int read = 0, made = 0, refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = text_of(seeds[random() % seeds.size()]);
    for (unsigned edits = random() % 4; edits > 0 && !text.empty(); --edits) {
      const std::size_t at = random() % text.size();
      const char letter = alphabet[random() % alphabet.size()];
      if (random() % 3 == 0)
        text.erase(at, 1 + random() % 3);
      else if (random() % 2 == 0)
        text.insert(at, 1, letter);
      else
        text[at] = letter;
    }
    CAPTURE(text);
    try {
      const Layer layer = LayerReader(text, "here").read();
      ++read;
      for (const Shape& in : {Shape{12}, Shape{6, 4, 4}}) {
        try {
          const Network net("critic", monge::Layers({layer, monge::flatten(), monge::linear(1)}), in, {1}, 3);
          ++made;
        } catch (const monge::Error&) {
          ++refused;
        }
      }
    } catch (const monge::Error& error) {
      REQUIRE(contains(error.what(), "column"));
    }
  }
  CHECK(read > 1'000);
  CHECK(read < 19'000);
  CHECK(made > 500);
  CHECK(refused > 500);
}

}  // namespace layers_test
