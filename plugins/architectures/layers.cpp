// Networks written in the experiment file, layer by layer, as they would stand in a plugin's code:
//
//   generator = ["linear(128)", "relu()", "linear(784)", "reshape({1, 28, 28})", "output()"]
//   critic    = ["flatten()", "linear(128)", "leaky_relu(0.2)", "linear(1)"]
//
// `output()` is the activation that keeps samples in the data's range.
#include <monge/architecture.h>

#include "init_choices.h"
#include "layer_reader.h"

namespace {

using monge::Layer;

struct WrittenLayers final : monge::Architecture {
  std::vector<std::string> generator_list, critic_list;
  monge::Init init = monge::Init::uniform_fan_in;

  static void describe(monge::Describe<WrittenLayers>& d) {
    d.doc(
        "Networks written in the experiment file as lists of layers, such as \"conv(64, "
        "4).stride(2).pad(1)\"");
    d.paper("none: the networks are the experiment's own");
    d.param("generator", &WrittenLayers::generator_list,
            "the generator's layers from z to a sample; \"output()\" keeps it in the data's range");
    d.param("critic", &WrittenLayers::critic_list, "the critic's layers from a sample to one score");
    d.param("init", &WrittenLayers::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    Layers net({}, init);
    for (std::size_t i = 0; i < generator_list.size(); ++i) {
      if (generator_list[i] == "output()") {
        net.add_output(problem.range);
      } else {
        net.add(read(generator_list[i], "generator", i));
      }
    }
    need_parameters(net, "generator");
    return net;
  }

  Layers critic(const Problem&) const override {
    Layers net({}, init);
    for (std::size_t i = 0; i < critic_list.size(); ++i) net.add(read(critic_list[i], "critic", i));
    need_parameters(net, "critic");
    if (any_of(net.list, [](const Layer& layer) { return layer.kind == Layer::Kind::constant; })) {
      fault("critic: 'constant' forgets the sample to be scored; only a generator can have one");
    }
    return net;
  }

 private:
  [[noreturn]] static void fault(const std::string& what) {
    throw monge::Error(monge::Exit::experiment, "architecture 'layers': " + what);
  }

  static Layer read(const std::string& text, const std::string& player, std::size_t index) {
    return monge::plugins::LayerReader(text,
                                       "architecture 'layers': " + player + "[" + std::to_string(index) + "]")
        .read();
  }

  template <class Test>
  static bool any_of(const std::vector<Layer>& list, const Test& test) {
    return std::any_of(list.begin(), list.end(), [&](const Layer& layer) {
      return test(layer) || any_of(layer.body, test) || any_of(layer.shortcut, test);
    });
  }

  static void need_parameters(const Layers& net, const std::string& player) {
    using Kind = Layer::Kind;
    const auto trained = [](const Layer& layer) {
      return layer.out > 0 || layer.kind == Kind::project_label || layer.kind == Kind::constant ||
             layer.kind == Kind::batch_norm || layer.kind == Kind::layer_norm;
    };
    if (any_of(net.list, trained)) return;
    fault(player + " has nothing to train; list its layers, such as " + player +
          " = [\"linear(128)\", \"relu()\", \"linear(1)\"]");
  }
};

}  // namespace

MONGE_PLUGIN(WrittenLayers)
