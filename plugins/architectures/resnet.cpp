// The residual networks of WGAN-GP (Gulrajani et al. 2017, appendix and the authors' code:
// gan_cifar_resnet.py for 32 pixels, "good" networks of gan_64x64.py for 64), w the width:
//
//   32 pixels: generator  z -> [w, 4, 4] -> up -> up -> up -> [w, 32, 32] -> [C, 32, 32]
//              critic     down (first) -> down -> [w, 8, 8] -> block -> block -> mean over pixels -> 1
//   64 pixels: generator  z -> [8w, 4, 4] -> 8w -> 4w -> 2w -> [w, 64, 64] -> [C, 64, 64]
//              critic     [w, 64, 64] -> 2w -> 4w -> 8w -> [8w, 4, 4] -> 1
//
// The code begins most 3x3 convolutions with variance 4/(fan_in + fan_out), twice Glorot's, and shortcuts,
// linear layers, its image-making layer at 32 and the first at 64 pixels with Glorot's own.
#include <cmath>

#include "conditional.h"
#include "image_side.h"
#include "init_choices.h"

namespace {

using monge::Layer;
using monge::plugins::Conditional;
using List = std::vector<Layer>;

struct Resnet final : monge::Architecture {
  enum class Norm { published, layer_norm, none };
  std::int64_t width = 128;
  Norm critic_norm = Norm::published;
  Conditional conditional = Conditional::none;
  monge::Init init = monge::Init::glorot_uniform;

  static void describe(monge::Describe<Resnet>& d) {
    d.doc("Residual networks of Gulrajani et al. (2017) for images of 32 or 64 pixels with 1 or 3 channels");
    d.paper("Gulrajani et al. (2017), Improved training of Wasserstein GANs, arXiv:1704.00028");
    d.param("width", &Resnet::width, "channels; the authors' code has 128 for 32 pixels and 64 for 64")
        .range(1, 1024);
    d.param("critic_norm", &Resnet::critic_norm,
            "of the critic's blocks; published: none at 32 pixels and layer norm at 64, as in the authors' "
            "code. The generator's blocks have batch norm")
        .choices({{"published", Norm::published}, {"layer_norm", Norm::layer_norm}, {"none", Norm::none}});
    d.param("conditional", &Resnet::conditional, monge::plugins::kConditionalDoc)
        .choices(monge::plugins::conditional_choices());
    d.param("init", &Resnet::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    const bool large = side_of(problem) == 64;
    const std::int64_t first = large ? 8 * width : width;
    Layers net({}, init);
    add_class_to_generator(net, conditional, problem, "resnet");
    net.add(monge::linear(16 * first)).add(monge::reshape({first, 4, 4})).add(up(first, !large));
    if (large) {
      for (const std::int64_t channels : {4 * width, 2 * width, width}) net.add(up(channels, false));
    } else {
      net.add(up(width, true)).add(up(width, true));
    }
    net.add(monge::batch_norm()).add(monge::relu());
    const Layer last = large ? conv3(problem.sample[0]) : monge::conv(problem.sample[0], 3).pad(1);
    return net.add(last).add_output(problem.range);
  }

  Layers critic(const Problem& problem) const override {
    const bool large = side_of(problem) == 64;
    const bool norm = critic_norm == Norm::layer_norm || (critic_norm == Norm::published && large);
    Layers net({}, init);
    add_class_to_critic(net, conditional);
    if (large) {
      net.add(monge::conv(width, 3).pad(1));
      for (const std::int64_t i : {1, 2, 4, 8})
        net.add(down_64(i * width, std::min<std::int64_t>(2 * i, 8) * width, norm));
    } else {
      net.add(monge::residual({conv3(width), monge::relu(), conv3(width), monge::avg_pool(2)},
                              {monge::avg_pool(2), monge::conv(width, 1)}))
          .add(down_32(norm))
          .add(monge::residual(body(width, width, norm, true)))
          .add(monge::residual(body(width, width, norm, true)));
    }
    add_end(net, large);
    return net;
  }

 private:
  static std::int64_t side_of(const Problem& problem) {
    return monge::plugins::image_side(problem, "resnet", {32, 64});
  }

  // A 3x3 convolution of the same size with the code's "he_init".
  Layer conv3(std::int64_t out) const {
    const Layer layer = monge::conv(out, 3).pad(1);
    return init == monge::Init::glorot_uniform ? layer.init_scale(std::sqrt(2.0)) : layer;
  }

  // Twice normalisation, ReLU and convolution. At 64 pixels the first convolution has no bias.
  List body(std::int64_t middle, std::int64_t out, bool norm, bool first_bias) const {
    List layers;
    for (const bool first : {true, false}) {
      if (norm) layers.push_back(monge::layer_norm());
      layers.push_back(monge::relu());
      layers.push_back(first ? conv3(middle).bias(first_bias) : conv3(out));
    }
    return layers;
  }

  Layer up(std::int64_t out, bool first_bias) const {
    return monge::residual({monge::batch_norm(), monge::relu(), monge::upsample(2),
                            conv3(out).bias(first_bias), monge::batch_norm(), monge::relu(), conv3(out)},
                           {monge::upsample(2), monge::conv(out, 1)});
  }

  Layer down_32(bool norm) const {
    List layers = body(width, width, norm, true);
    layers.push_back(monge::avg_pool(2));
    return monge::residual(layers, {monge::conv(width, 1), monge::avg_pool(2)});
  }

  Layer down_64(std::int64_t in, std::int64_t out, bool norm) const {
    List layers = body(in, out, norm, false);
    layers.push_back(monge::avg_pool(2));
    return monge::residual(layers, {monge::avg_pool(2), monge::conv(out, 1)});
  }

  // A projection reads the sum over pixels (Miyato & Koyama 2018).
  void add_end(Layers& net, bool large) const {
    const bool projected = conditional == Conditional::projection;
    if (projected || !large) net.add(monge::relu());
    if (projected) {
      net.add(monge::sum_pixels());
    } else {
      if (!large) net.add(monge::avg_pool(8));
      net.add(monge::flatten());
    }
    monge::plugins::add_score(net, conditional);
  }
};

}  // namespace

MONGE_PLUGIN(Resnet)
