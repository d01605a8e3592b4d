#include "train/forward.h"

#include <ATen/TensorSubclassLikeUtils.h>
#include <ATen/autocast_mode.h>

#include <utility>

#include "train/products.h"

namespace monge::train {
namespace {

using Kind = Layer::Kind;

// leaky_relu_backward of ones is the slope at x, in one kernel and with the bits of the activation itself.
Tensor leaky(const Tensor& x, double slope, bool masks) {
  if (!masks) return slope == 0 ? at::relu(x) : at::leaky_relu(x, slope);
  const auto constant = x.detach();
  return x * at::leaky_relu_backward(at::ones_like(constant), constant, slope, false);
}

// Gain (undefined where the layer has none) and shift of a normalisation.
std::pair<Tensor, Tensor> gain_and_shift(const PlacedLayer& placed, const Pass& pass) {
  if (!placed.layer.gain_) return {Tensor(), pass.parameters[placed.parameters]};
  return {pass.parameters[placed.parameters], pass.parameters[placed.parameters + 1]};
}

constexpr double kMomentum = 0.1;  // of running averages, as PyTorch's

// vmap's batch norm loses the averages, so that they are written here.
void keep_averages(const Tensor& x, const Tensor& mean, const Tensor& variance) {
  at::NoGradGuard no_grad;
  std::vector<std::int64_t> all_but_channels = {0};
  for (std::int64_t d = 2; d < x.dim(); ++d) all_but_channels.push_back(d);
  const auto [of_batch, average] = at::var_mean(x.detach(), all_but_channels, /*unbiased=*/true);
  mean.mul_(1 - kMomentum).add_(average, kMomentum);
  variance.mul_(1 - kMomentum).add_(of_batch, kMomentum);
}

Tensor batch_norm(const PlacedLayer& placed, const Tensor& x, const Pass& pass) {
  const auto [gain, shift] = gain_and_shift(placed, pass);
  const bool kept = !pass.buffers.empty(), by_batch = pass.training || !kept;
  const auto mean = kept ? pass.buffers[placed.buffers] : Tensor();
  const auto variance = kept ? pass.buffers[placed.buffers + 1] : Tensor();
  const auto normal = [&, &gain = gain, &shift = shift](const Tensor& batch) {
    if (!kept || !by_batch || !at::isTensorSubclassLike(batch))
      return at::batch_norm(batch, gain, shift, mean, variance, by_batch, kMomentum, 1e-5, true);
    keep_averages(batch, mean, variance);
    return at::batch_norm(batch, gain, shift, {}, {}, true, kMomentum, 1e-5, true);
  };
  if (pass.batches == 1) return normal(x);
  std::vector<Tensor> batches = x.chunk(pass.batches);
  for (auto& batch : batches) batch = normal(batch);
  return at::cat(batches);
}

Tensor layer_norm(const PlacedLayer& placed, const Tensor& x, const Pass& pass) {
  const auto [gain, shift] = gain_and_shift(placed, pass);
  const auto normal = at::layer_norm(x, x.sizes().slice(1));
  std::vector<std::int64_t> channel(x.dim() - 1, 1);
  channel[0] = shift.size(0);
  return (gain.defined() ? normal * gain.view(channel) : normal) + shift.view(channel);
}

Tensor gate(const Tensor& x) {
  Shape pairs = x.sizes().vec();
  pairs[1] /= 2;
  pairs.insert(pairs.begin() + 2, 2);
  const auto halves = x.reshape(pairs);
  return at::sigmoid(halves.select(2, 0)) * at::tanh(halves.select(2, 1));
}

Tensor group_sort(const Tensor& x, std::int64_t size) {
  Shape grouped = x.sizes().vec();
  grouped[1] /= size;
  grouped.insert(grouped.begin() + 2, size);
  return std::get<0>(x.reshape(grouped).sort(2)).flatten(1, 2);
}

Tensor embed_label(const Tensor& x, const Tensor& embedding, std::int64_t features, const Tensor& labels) {
  auto embedded = embedding.index_select(0, labels);
  if (x.dim() == 4) embedded = embedded.reshape({x.size(0), features, x.size(2), x.size(3)});
  return at::cat({x, embedded}, 1);
}

// Whether nothing but values is asked for: no graph, and no tensor that only stands for others, as vmap's.
bool only_values(const Tensor& x) {
  return !at::GradMode::is_enabled() && x.is_cpu() && !at::isTensorSubclassLike(x);
}

// LibTorch's own choice of what is safe in bfloat16, in this thread; without its cache of cast weights, which
// a graph would keep for ever.
class Bfloat16 {
 public:
  explicit Bfloat16(at::DeviceType device)
      : device_(device),
        enabled_(at::autocast::is_autocast_enabled(device)),
        cached_(at::autocast::is_autocast_cache_enabled()) {
    at::autocast::set_autocast_enabled(device, true);
    at::autocast::set_autocast_dtype(device, at::kBFloat16);
    at::autocast::set_autocast_cache_enabled(false);
  }
  ~Bfloat16() {
    at::autocast::set_autocast_enabled(device_, enabled_);
    at::autocast::set_autocast_cache_enabled(cached_);
  }
  Bfloat16(const Bfloat16&) = delete;
  Bfloat16& operator=(const Bfloat16&) = delete;

 private:
  at::DeviceType device_;
  bool enabled_, cached_;
};

Tensor run(const std::vector<PlacedLayer>& layers, Tensor x, const Pass& pass);

Tensor run_one(const PlacedLayer& placed, const Tensor& x, const Pass& pass) {
  const Layer& layer = placed.layer;
  if (pass.inputs != nullptr && placed.parameters >= 0)
    (*pass.inputs)[static_cast<std::size_t>(placed.parameters)] = x;
  const auto first = [&] { return pass.parameters[placed.parameters]; };
  const auto second = [&] { return layer.bias_ ? pass.parameters[placed.parameters + 1] : Tensor(); };
  // Strides and padding as pairs: vmap's rule for convolution miscounts single numbers.
  const std::vector<std::int64_t> stride(2, layer.stride_), pad(2, layer.pad_),
      output_pad(2, layer.output_pad_);
  const bool own = x.is_cpu() && !pass.bf16;  // products of ours know no bfloat16
  switch (layer.kind) {
    case Kind::linear:
      if (own && only_values(x)) return Affine(placed, first(), second()).apply(x, /*slope=*/1);
      return at::linear(x, first(), second());
    case Kind::conv:
      if (own && is_thin(placed)) return thin_conv(placed, x, first(), second());
      return at::conv2d(x, first(), second(), stride, pad);
    case Kind::conv_transpose:
      if (own && is_thin(placed)) return thin_conv_transpose(placed, x, first(), second());
      return at::conv_transpose2d(x.is_cpu() ? nhwc(x) : x, first(), second(), stride, pad, output_pad);
    case Kind::batch_norm:
      return batch_norm(placed, x, pass);
    case Kind::layer_norm:
      return layer_norm(placed, x, pass);
    case Kind::relu:
      return leaky(x, 0, pass.masks);
    case Kind::leaky_relu:
      return leaky(x, layer.slope, pass.masks);
    case Kind::tanh:
      return at::tanh(x);
    case Kind::sigmoid:
      return at::sigmoid(x);
    case Kind::flatten:
      return x.flatten(1);
    case Kind::gate:
      return gate(x);
    case Kind::scale:
      return x * layer.slope;
    case Kind::constant:
      return first().expand(batch_of(x.size(0), layer.shape));
    case Kind::group_sort:
      return group_sort(x, layer.kernel);
    case Kind::avg_pool:
      return at::avg_pool2d(x, {layer.kernel, layer.kernel});
    case Kind::upsample:
      return at::upsample_nearest2d(x, {x.size(2) * layer.kernel, x.size(3) * layer.kernel});
    case Kind::sum_pixels:
      return x.sum({2, 3});
    case Kind::embed_label:
      return embed_label(x, first(), layer.out, pass.labels);
    case Kind::project_label: {
      const auto& embedding = pass.parameters[placed.parameters + (layer.bias_ ? 2 : 1)];
      const auto aligned = (embedding.index_select(0, pass.labels) * x).sum(1, /*keepdim=*/true);
      return at::linear(x, first(), second()) + aligned;
    }
    case Kind::residual:
      return run(placed.shortcut, x, pass) + run(placed.body, x, pass);
    case Kind::reshape:
      return x.reshape(batch_of(x.size(0), layer.shape));
  }
  return x;
}

Tensor run(const std::vector<PlacedLayer>& layers, Tensor x, const Pass& pass) {
  for (const auto& placed : layers) x = run_one(placed, x, pass);
  return x;
}

}  // namespace

Shape batch_of(std::int64_t count, Shape sample) {
  sample.insert(sample.begin(), count);
  return sample;
}

Tensor forward(const Network& network, const Tensor& x, const Pass& pass) {
  if (!pass.bf16) return run(network.layers(), x, pass);
  const Bfloat16 scope(x.device().type());
  return run(network.layers(), x, pass).to(x.scalar_type());
}

}  // namespace monge::train
