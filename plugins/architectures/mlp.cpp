// Fully connected networks for both players (Gulrajani et al. 2017, sec. 5.1 and gan_toy.py: three hidden
// layers of 512 with ReLU), for points and for images of any size.
#include <monge/architecture.h>

#include "init_choices.h"

namespace {

using monge::Layer;

struct Mlp final : monge::Architecture {
  enum class Activation { relu, leaky_relu };
  std::int64_t width = 512;
  std::int64_t depth = 3;
  bool batch_norm = false;
  Activation activation = Activation::relu;
  double slope = 0.2;
  monge::Init init = monge::Init::uniform_fan_in;

  static void describe(monge::Describe<Mlp>& d) {
    d.doc("Fully connected generator and critic, as in the toy experiments of Gulrajani et al. (2017)");
    d.param("width", &Mlp::width, "units of each hidden layer").range(1, 65536);
    d.param("depth", &Mlp::depth, "hidden layers of each network").range(0, 100);
    d.param("batch_norm", &Mlp::batch_norm, "batch norm after each hidden layer of the generator");
    d.param("activation", &Mlp::activation, "of the hidden layers of both networks")
        .choices({{"relu", Activation::relu}, {"leaky_relu", Activation::leaky_relu}});
    d.param("slope", &Mlp::slope, "of leaky_relu below zero").range(0, 1);
    d.param("init", &Mlp::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    Layers net = hidden(batch_norm);
    std::int64_t size = 1;
    for (const auto extent : problem.sample) size *= extent;
    net.add(monge::linear(size)).add_output(problem.range);
    if (problem.sample.size() > 1) net.add(monge::reshape(problem.sample));
    return net;
  }

  Layers critic(const Problem& problem) const override {
    Layers net = hidden(false);
    if (problem.sample.size() > 1) net.list.insert(net.list.begin(), monge::flatten());
    net.add(monge::linear(1));
    return net;
  }

 private:
  Layers hidden(bool normalised) const {
    Layers net({}, init);
    for (std::int64_t layer = 0; layer < depth; ++layer) {
      // Batch norm's shift makes a bias before it superfluous.
      net.add(monge::linear(width).bias(!normalised));
      if (normalised) net.add(monge::batch_norm());
      net.add(activation == Activation::relu ? monge::relu() : monge::leaky_relu(slope));
    }
    return net;
  }
};

}  // namespace

MONGE_PLUGIN(Mlp)
