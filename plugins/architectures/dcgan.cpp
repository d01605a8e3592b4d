// DCGAN (Radford et al. 2016, sec. 3 and fig. 1): strided convolutions, no pooling, for images of 28, 32 or
// 64 pixels. Kernels 4, stride 2, padding 1 as in the code of Arjovsky et al. (2017). Channels double as an
// image halves:
//
//   critic, 64 pixels:    [C, 64, 64] -> [w, 32, 32] -> [2w, 16, 16] -> [4w, 8, 8] -> [8w, 4, 4] -> 1
//   critic, 28 pixels:    [C, 28, 28] -> [w, 14, 14] -> [2w, 7, 7] -> 1
//   generator: the way back, from z through a linear layer
#include "conditional.h"
#include "image_side.h"
#include "init_choices.h"

namespace {

using monge::conv;
using monge::conv_transpose;
using monge::plugins::Conditional;

struct Dcgan final : monge::Architecture {
  enum class Norm { generator, critic, both, none };
  std::int64_t width = 64;
  Norm batch_norm = Norm::generator;
  double slope = 0.2;
  Conditional conditional = Conditional::none;
  monge::Init init = monge::Init::normal_002;

  static void describe(monge::Describe<Dcgan>& d) {
    d.doc("DCGAN of Radford et al. (2016) for images of 28, 32 or 64 pixels with 1 or 3 channels");
    d.paper(
        "Radford, Metz & Chintala (2016), Unsupervised representation learning with deep convolutional "
        "generative adversarial networks, sec. 3, arXiv:1511.06434");
    d.param("width", &Dcgan::width, "channels of the critic's first layer").range(1, 4096);
    d.param("batch_norm", &Dcgan::batch_norm,
            "where it is used, the critic's first and the generator's last layer excepted; a gradient "
            "penalty is per sample, so its critic should have none")
        .choices({{"generator", Norm::generator},
                  {"critic", Norm::critic},
                  {"both", Norm::both},
                  {"none", Norm::none}});
    d.param("slope", &Dcgan::slope, "of the critic's leaky ReLUs below zero").range(0, 1);
    d.param("conditional", &Dcgan::conditional, monge::plugins::kConditionalDoc)
        .choices(monge::plugins::conditional_choices());
    d.param("init", &Dcgan::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    const bool norm = batch_norm == Norm::generator || batch_norm == Norm::both;
    const std::int64_t side = problem_side(problem), halvings = halvings_of(side);
    const std::int64_t first = side >> halvings;
    std::int64_t channels = width << (halvings - 1);
    Layers net({}, init);
    add_class_to_generator(net, conditional, problem, "dcgan");
    // On one pixel a transposed convolution is a linear layer. Batch norm's shift replaces the bias before
    // it.
    net.add(monge::linear(channels * first * first).bias(!norm))
        .add(monge::reshape({channels, first, first}));
    for (; channels >= width; channels /= 2) {
      if (norm) net.add(monge::batch_norm());
      net.add(monge::relu());
      const bool last = channels == width;
      const std::int64_t out = last ? problem.sample[0] : channels / 2;
      net.add(conv_transpose(out, 4).stride(2).pad(1).bias(last || !norm));
      if (last) break;
    }
    return net.add_output(problem.range);
  }

  Layers critic(const Problem& problem) const override {
    const bool norm = batch_norm == Norm::critic || batch_norm == Norm::both;
    const std::int64_t halvings = halvings_of(problem_side(problem));
    Layers net({}, init);
    add_class_to_critic(net, conditional);
    for (std::int64_t i = 0; i < halvings; ++i) {
      const bool normalised = norm && i > 0;
      net.add(conv(width << i, 4).stride(2).pad(1).bias(!normalised));
      if (normalised) net.add(monge::batch_norm());
      net.add(monge::leaky_relu(slope));
    }
    net.add(monge::flatten());
    monge::plugins::add_score(net, conditional);
    return net;
  }

 private:
  /// 28 ends at 7x7, 32 and 64 at 4x4.
  static std::int64_t halvings_of(std::int64_t side) { return side == 28 ? 2 : side == 32 ? 3 : 4; }

  static std::int64_t problem_side(const Problem& problem) {
    return monge::plugins::image_side(problem, "dcgan", {28, 32, 64});
  }
};

}  // namespace

MONGE_PLUGIN(Dcgan)
