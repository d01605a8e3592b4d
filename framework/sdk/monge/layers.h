// Networks as data: a list of layer values. The host infers shapes, makes the parameters and runs the list as
// a function.
//
//   Layers net = {linear(512), leaky_relu(0.2), linear(1)};
#pragma once

#include <monge/tensor.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace monge {

struct Layer {
  enum class Kind {
    linear,
    conv,
    conv_transpose,
    batch_norm,
    layer_norm,
    relu,
    leaky_relu,
    tanh,
    sigmoid,
    gate,
    group_sort,
    scale,
    constant,
    reshape,
    flatten,
    avg_pool,
    upsample,
    sum_pixels,
    embed_label,
    project_label,
    residual,
  };
  Kind kind = Kind::linear;
  std::int64_t out = 0;     // features or channels; of an embedding: its features
  std::int64_t kernel = 0;  // side of a convolution or pool, factor of an upsampling, size of a sorted group
  std::int64_t stride_ = 1, pad_ = 0, output_pad_ = 0;
  bool bias_ = true, gain_ = true;    // gain: of a normalisation
  double init_scale_ = 1;             // of the weights' first values
  double slope = 0;                   // of a leaky ReLU below zero; factor of a scale
  Shape shape;                        // of a reshape or constant, without the batch
  std::vector<Layer> body, shortcut;  // of a residual: y = shortcut(x) + body(x)

  /// What a layer does not have, such as the stride of a linear one, is refused where the network is made.
  Layer stride(std::int64_t s) const { return with(&Layer::stride_, s); }
  Layer pad(std::int64_t p) const { return with(&Layer::pad_, p); }
  Layer output_pad(std::int64_t p) const { return with(&Layer::output_pad_, p); }
  Layer bias(bool b) const { return with(&Layer::bias_, b); }
  /// Without a gain a normalisation cannot raise the critic's slope (Miyato et al. 2018, sec. 4); the shift
  /// stays.
  Layer gain(bool g) const { return with(&Layer::gain_, g); }
  /// Weights begin at `factor` times what Layers::init says.
  Layer init_scale(double factor) const { return with(&Layer::init_scale_, factor); }

 private:
  template <class T>
  Layer with(T Layer::*member, T value) const {
    Layer copy = *this;
    copy.*member = value;
    return copy;
  }
};

inline Layer of_kind(Layer::Kind kind) {
  Layer layer;
  layer.kind = kind;
  return layer;
}
/// y = x W^T + b: [N, in] -> [N, out].
inline Layer linear(std::int64_t out) {
  Layer layer = of_kind(Layer::Kind::linear);
  layer.out = out;
  return layer;
}
/// [N, C, H, W] -> [N, out, H', W'], H' = (H + 2 pad - kernel) / stride + 1.
inline Layer conv(std::int64_t out, std::int64_t kernel) {
  Layer layer = linear(out);
  layer.kind = Layer::Kind::conv;
  layer.kernel = kernel;
  return layer;
}
/// [N, C, H, W] -> [N, out, H', W'], H' = (H - 1) stride - 2 pad + kernel + output_pad.
inline Layer conv_transpose(std::int64_t out, std::int64_t kernel) {
  Layer layer = conv(out, kernel);
  layer.kind = Layer::Kind::conv_transpose;
  return layer;
}
/// Over the batch (and the image), with gain and shift; running averages are kept for sampling.
inline Layer batch_norm() { return of_kind(Layer::Kind::batch_norm); }
/// Over a sample's own elements, with gain and shift [C]: does not couple the samples of a batch.
inline Layer layer_norm() { return of_kind(Layer::Kind::layer_norm); }
inline Layer relu() { return of_kind(Layer::Kind::relu); }
inline Layer leaky_relu(double slope) {
  Layer layer = of_kind(Layer::Kind::leaky_relu);
  layer.slope = slope;
  return layer;
}
inline Layer tanh() { return of_kind(Layer::Kind::tanh); }
inline Layer sigmoid() { return of_kind(Layer::Kind::sigmoid); }
/// sigmoid(a) tanh(b) of neighbouring features or channels a, b: half of them remain (van den Oord et al.
/// 2016, Conditional PixelCNN, eq. 2).
inline Layer gate() { return of_kind(Layer::Kind::gate); }
/// Sorts each group of `size` neighbouring features or channels, a gradient-norm-preserving activation (Anil
/// et al. 2019, sec. 4.2; 2: MaxMin).
inline Layer group_sort(std::int64_t size = 2) {
  Layer layer = of_kind(Layer::Kind::group_sort);
  layer.kernel = size;
  return layer;
}
/// y = factor x.
inline Layer scale(double factor) {
  Layer layer = of_kind(Layer::Kind::scale);
  layer.slope = factor;
  return layer;
}
/// A parameter of this shape, whatever the input: [N, ...] -> [N, shape...]. The generator of a Dirac-GAN.
inline Layer constant(Shape shape) {
  Layer layer = of_kind(Layer::Kind::constant);
  layer.shape = std::move(shape);
  return layer;
}
inline Layer reshape(Shape shape) {
  Layer layer = of_kind(Layer::Kind::reshape);
  layer.shape = std::move(shape);
  return layer;
}
inline Layer flatten() { return of_kind(Layer::Kind::flatten); }
/// [N, C, H, W] -> [N, C, H/side, W/side]: the mean of each square.
inline Layer avg_pool(std::int64_t side) {
  Layer layer = of_kind(Layer::Kind::avg_pool);
  layer.kernel = side;
  return layer;
}
/// [N, C, H, W] -> [N, C, H factor, W factor]: each pixel repeated.
inline Layer upsample(std::int64_t factor) {
  Layer layer = of_kind(Layer::Kind::upsample);
  layer.kernel = factor;
  return layer;
}
/// [N, C, H, W] -> [N, C].
inline Layer sum_pixels() { return of_kind(Layer::Kind::sum_pixels); }
/// Appends an embedding of the sample's class: [N, D] -> [N, D + features], or `features` channels more of an
/// image, [N, C, H, W] -> [N, C + features, H, W] (Mirza & Osindero 2014). Makes the network conditional.
inline Layer embed_label(std::int64_t features) {
  Layer layer = of_kind(Layer::Kind::embed_label);
  layer.out = features;
  return layer;
}
/// The projection critic's last layer: [N, D] -> [N, 1], w . x + b + e(class) . x (Miyato & Koyama 2018, eq.
/// 3). Makes the network conditional.
inline Layer project_label() { return of_kind(Layer::Kind::project_label); }
/// y = shortcut(x) + body(x); both make the same shape. Without a shortcut it is x itself.
inline Layer residual(std::vector<Layer> body, std::vector<Layer> shortcut = {}) {
  Layer layer = of_kind(Layer::Kind::residual);
  layer.body = std::move(body);
  layer.shortcut = std::move(shortcut);
  return layer;
}

/// How weights begin; biases and shifts begin at zero, gains at one, but for `uniform_fan_in`.
enum class Init {
  normal_002,      // N(0, 0.02), gains N(1, 0.02): DCGAN (Radford et al. 2016)
  uniform_fan_in,  // U(+-1/sqrt(fan_in)), biases too: PyTorch's default
  glorot_uniform,  // U(+-sqrt(6/(fan_in+fan_out))): Glorot & Bengio 2010
  he_uniform,      // U(+-sqrt(6/fan_in)): He et al. 2015
};

struct Layers {
  std::vector<Layer> list;
  Init init = Init::uniform_fan_in;

  Layers() = default;
  Layers(std::initializer_list<Layer> layers) : list(layers) {}
  explicit Layers(std::vector<Layer> layers, Init how = Init::uniform_fan_in)
      : list(std::move(layers)), init(how) {}
  Layers& add(Layer layer) {
    list.push_back(std::move(layer));
    return *this;
  }
  /// The activation that keeps a generator's output in the data's range.
  Layers& add_output(Range range) {
    if (range == Range::symmetric) add(monge::tanh());
    if (range == Range::unit) add(monge::sigmoid());
    return *this;
  }
};

}  // namespace monge
