// Fully connected networks for both players (Gulrajani et al. 2017, sec. 3.1 and gan_toy.py: three hidden
// layers of 512 with ReLU), for points and for images of any size.
#include <monge/architecture.h>

#include "init_choices.h"

namespace {

struct Mlp final : monge::Architecture {
  enum class Activation { relu, leaky_relu, group_sort };
  std::int64_t width = 512;
  std::int64_t depth = 3;
  std::vector<std::int64_t> generator_widths, critic_widths;
  bool batch_norm = false;
  Activation activation = Activation::relu;
  double slope = 0.2;
  monge::Init init = monge::Init::uniform_fan_in;

  static void describe(monge::Describe<Mlp>& d) {
    d.doc("Fully connected generator and critic, as in the toy experiments of Gulrajani et al. (2017)");
    d.paper(
        "Gulrajani et al. (2017), Improved training of Wasserstein GANs, sec. 3.1, arXiv:1704.00028; group "
        "sort: Anil, Lucas & Grosse (2019), Sorting out Lipschitz function approximation, arXiv:1811.05381");
    d.param("width", &Mlp::width, "units of each hidden layer").range(1, 65536);
    d.param("depth", &Mlp::depth, "hidden layers of each network").range(0, 100);
    d.param(
         "generator_widths", &Mlp::generator_widths,
         "units of each hidden layer of the generator, such as [128, 256, 512, 1024], in place of width and "
         "depth")
        .range(1, 65536);
    d.param("critic_widths", &Mlp::critic_widths,
            "units of each hidden layer of the critic, in place of width and depth")
        .range(1, 65536);
    d.param("batch_norm", &Mlp::batch_norm, "batch norm after each hidden layer of the generator");
    d.param("activation", &Mlp::activation,
            "of the hidden layers of both networks; group_sort sorts pairs of units (MaxMin)")
        .choices({{"relu", Activation::relu},
                  {"leaky_relu", Activation::leaky_relu},
                  {"group_sort", Activation::group_sort}});
    d.param("slope", &Mlp::slope, "of leaky_relu below zero").range(0, 1);
    d.param("init", &Mlp::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    Layers net = hidden(generator_widths, batch_norm);
    std::int64_t size = 1;
    for (const auto extent : problem.sample) size *= extent;
    net.add(monge::linear(size)).add_output(problem.range);
    if (problem.sample.size() > 1) net.add(monge::reshape(problem.sample));
    return net;
  }

  Layers critic(const Problem& problem) const override {
    Layers net = hidden(critic_widths, false);
    if (problem.sample.size() > 1) net.list.insert(net.list.begin(), monge::flatten());
    net.add(monge::linear(1));
    return net;
  }

 private:
  Layers hidden(std::vector<std::int64_t> widths, bool normalised) const {
    if (widths.empty()) widths.assign(depth, width);
    Layers net({}, init);
    for (const std::int64_t units : widths) {
      // Batch norm's shift makes a bias before it superfluous.
      net.add(monge::linear(units).bias(!normalised));
      if (normalised) net.add(monge::batch_norm());
      net.add(activation_layer());
    }
    return net;
  }

  monge::Layer activation_layer() const {
    if (activation == Activation::relu) return monge::relu();
    return activation == Activation::leaky_relu ? monge::leaky_relu(slope) : monge::group_sort();
  }
};

}  // namespace

MONGE_PLUGIN(Mlp)
