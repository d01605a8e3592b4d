// The one network of the study of Lucic et al. (2018, arXiv:1711.10337, appendix; its code names it
// InfoGAN's, Chen et al. 2016, appendix C.1), w = 64:
//
//   critic:    [C, S, S] -> [w, S/2, S/2] -> [2w, S/4, S/4] -> 16w -> 1, leaky ReLUs of 0.2
//   generator: z -> 16w -> [2w, S/4, S/4] -> [w, S/2, S/2] -> [C, S, S], batch norm and ReLU
//
// The study's z is uniform on [-1, 1]^64; here it is normal, as everywhere.
#include "image_side.h"
#include "init_choices.h"

namespace {

using monge::Layer;

struct Lucic final : monge::Architecture {
  std::int64_t width = 64;
  bool batch_norm = false;
  monge::Init init = monge::Init::normal_002;

  static void describe(monge::Describe<Lucic>& d) {
    d.doc("The network of Lucic et al. (2018), InfoGAN's, for images of 28, 32 or 64 pixels");
    d.paper(
        "Lucic et al. (2018), Are GANs created equal? A large-scale study, arXiv:1711.10337; Chen et al. "
        "(2016), InfoGAN, appendix C.1, arXiv:1606.03657");
    d.param("width", &Lucic::width, "channels of the critic's first layer, 64 in the study").range(1, 1024);
    d.param("batch_norm", &Lucic::batch_norm,
            "batch norm in the critic, its first and last layer excepted; searched over in the study");
    d.param("init", &Lucic::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    const std::int64_t quarter = side_of(problem) / 4;
    Layers net({}, init);
    add_with(net, monge::linear(16 * width), true, monge::relu());
    add_with(net, monge::linear(2 * width * quarter * quarter), true, monge::relu());
    net.add(monge::reshape({2 * width, quarter, quarter}));
    add_with(net, monge::conv_transpose(width, 4).stride(2).pad(1), true, monge::relu());
    return net.add(monge::conv_transpose(problem.sample[0], 4).stride(2).pad(1)).add_output(problem.range);
  }

  Layers critic(const Problem& problem) const override {
    side_of(problem);
    const Layer leaky = monge::leaky_relu(0.2);
    Layers net({}, init);
    add_with(net, monge::conv(width, 4).stride(2).pad(1), false, leaky);
    add_with(net, monge::conv(2 * width, 4).stride(2).pad(1), batch_norm, leaky);
    net.add(monge::flatten());
    add_with(net, monge::linear(16 * width), batch_norm, leaky);
    return net.add(monge::linear(1));
  }

 private:
  static std::int64_t side_of(const Problem& problem) {
    return monge::plugins::image_side(problem, "lucic", {28, 32, 64});
  }

  // Batch norm's shift replaces the bias before it.
  static void add_with(Layers& net, const Layer& layer, bool norm, const Layer& activation) {
    net.add(layer.bias(!norm));
    if (norm) net.add(monge::batch_norm());
    net.add(activation);
  }
};

}  // namespace

MONGE_PLUGIN(Lucic)
