#include "train/layer_rules.h"

#include <monge/error.h>

#include <algorithm>

namespace monge::train {
namespace {

using Kind = Layer::Kind;

constexpr std::int64_t kMostElements = std::int64_t{1}
                                       << 30;  // of one tensor: products of two do not overflow

constexpr std::int64_t kMostSide = 65536;

std::int64_t conv_side(const Layer& layer, std::int64_t side) {
  return layer.kind == Kind::conv
             ? (side + 2 * layer.pad_ - layer.kernel) / layer.stride_ + 1
             : (side - 1) * layer.stride_ - 2 * layer.pad_ + layer.kernel + layer.output_pad_;
}

void need_image(const Shape& in) {
  if (in.size() != 3) fault("needs an image [C, H, W], got " + text_of(in) + "; put a reshape before it");
}

Shape conv_output(const Layer& layer, const Shape& in) {
  need_image(in);
  if (layer.kernel < 1 || layer.stride_ < 1) fault("needs kernel and stride of at least 1");
  if (layer.pad_ < 0) fault("needs a padding of at least 0, got " + std::to_string(layer.pad_));
  if (layer.output_pad_ < 0 || (layer.output_pad_ > 0 && layer.output_pad_ >= layer.stride_)) {
    fault("needs an output padding from 0 to less than its stride of " + std::to_string(layer.stride_) +
          ", got " + std::to_string(layer.output_pad_));
  }
  if (std::max({layer.kernel, layer.stride_, layer.pad_}) > kMostSide) {
    fault("needs kernel, stride and padding of at most " + std::to_string(kMostSide));
  }
  elements({layer.out, in[0], layer.kernel, layer.kernel});
  if (layer.kind == Kind::conv &&
      (in[1] + 2 * layer.pad_ < layer.kernel || in[2] + 2 * layer.pad_ < layer.kernel)) {
    fault("its kernel of " + std::to_string(layer.kernel) + " is larger than the padded image " +
          text_of(in));
  }
  Shape out = {layer.out, conv_side(layer, in[1]), conv_side(layer, in[2])};
  if (out[1] < 1 || out[2] < 1) fault("leaves no pixel of " + text_of(in));
  return out;
}

Shape resized_output(const Layer& layer, const Shape& in) {
  need_image(in);
  const std::int64_t k = layer.kernel;
  if (k < 1) fault("needs a side or factor of at least 1, got " + std::to_string(k));
  elements({in[0], in[1], in[2], k, k});
  if (layer.kind == Kind::upsample) return {in[0], in[1] * k, in[2] * k};
  if (in[1] % k != 0 || in[2] % k != 0) {
    fault("cannot divide " + text_of(in) + " into squares of side " + std::to_string(k));
  }
  return {in[0], in[1] / k, in[2] / k};
}

Shape embedded_output(const Layer& layer, const Shape& in) {
  if (layer.out < 1) fault("needs at least one feature, got " + std::to_string(layer.out));
  if (in.size() != 1 && in.size() != 3) fault("needs a vector or an image, got " + text_of(in));
  elements({layer.out});
  Shape out = in;
  out[0] += layer.out;
  return out;
}

Shape grouped_output(const Layer& layer, const Shape& in) {
  const std::int64_t size = layer.kind == Kind::gate ? 2 : layer.kernel;
  if (size < 1 || in[0] % size != 0) {
    fault("cannot divide " + text_of(in) + " into groups of " + std::to_string(size));
  }
  Shape out = in;
  if (layer.kind == Kind::gate) out[0] /= 2;
  return out;
}

Shape given_output(const Layer& layer, const Shape& in) {
  const Shape& shape = layer.shape;
  if (shape.empty() || std::any_of(shape.begin(), shape.end(), [](auto extent) { return extent < 1; })) {
    fault("needs a shape of extents of at least 1, got " + text_of(shape));
  }
  if (layer.kind == Kind::reshape && elements(shape) != elements(in)) {
    fault("cannot make " + text_of(shape) + " of " + text_of(in));
  }
  return shape;
}

// A modifier that a layer cannot heed would be lost without a word.
void check_modifiers(const Layer& layer) {
  const bool weights = layer.kind == Kind::linear || is_conv(layer.kind) || layer.kind == Kind::project_label;
  const bool norm = layer.kind == Kind::batch_norm || layer.kind == Kind::layer_norm;
  const bool table = layer.kind == Kind::constant || layer.kind == Kind::embed_label;
  const std::pair<bool, const char*> lost[] = {
      {layer.stride_ != 1 && !is_conv(layer.kind), "stride"},
      {layer.pad_ != 0 && !is_conv(layer.kind), "padding"},
      {layer.output_pad_ != 0 && layer.kind != Kind::conv_transpose, "output padding"},
      {!layer.bias_ && !weights, "bias to leave out"},
      {!layer.gain_ && !norm, "gain to leave out"},
      {layer.init_scale_ != 1 && !weights && !table, "first weights to scale"},
  };
  for (const auto& [is_lost, what] : lost)
    if (is_lost) fault(std::string("has no ") + what);
}

}  // namespace

void fault(const std::string& what) { throw Error(Exit::experiment, what); }

std::int64_t elements(const Shape& shape) {
  std::int64_t count = 1;
  for (const auto extent : shape) {
    if (extent > 0 && count > kMostElements / extent) {
      fault(text_of(shape) + " has more than 2^30 elements, the most that one tensor may have");
    }
    count *= extent;
  }
  return count;
}

bool is_conv(Kind kind) { return kind == Kind::conv || kind == Kind::conv_transpose; }

Shape output_of(const Layer& layer, const Shape& in) {
  if (in.empty()) fault("needs a vector or an image, got a single number");
  check_modifiers(layer);
  if (layer.kind == Kind::avg_pool || layer.kind == Kind::upsample) return resized_output(layer, in);
  if (layer.kind == Kind::embed_label) return embedded_output(layer, in);
  if (layer.kind == Kind::group_sort || layer.kind == Kind::gate) return grouped_output(layer, in);
  if (layer.kind == Kind::reshape || layer.kind == Kind::constant) return given_output(layer, in);
  if (layer.kind == Kind::sum_pixels) {
    need_image(in);
    return {in[0]};
  }
  const bool sized = layer.kind == Kind::linear || is_conv(layer.kind);
  if (sized && layer.out < 1) fault("needs at least one output, got " + std::to_string(layer.out));
  if (is_conv(layer.kind)) return conv_output(layer, in);
  if ((layer.kind == Kind::linear || layer.kind == Kind::project_label) && in.size() != 1) {
    fault("needs a vector, got " + text_of(in) + "; put a flatten before it");
  }
  if (layer.kind == Kind::linear) {
    elements({layer.out, in[0]});
    return {layer.out};
  }
  if (layer.kind == Kind::project_label) return {1};
  if (layer.kind == Kind::flatten) return {elements(in)};
  return in;
}

std::int64_t flops_of(const Layer& layer, const Shape& in, const Shape& out) {
  if (layer.kind == Kind::linear) return 2 * in[0] * out[0];
  if (layer.kind == Kind::project_label) return 4 * in[0];
  if (!is_conv(layer.kind)) return elements(out);
  const auto& pixels = layer.kind == Kind::conv ? out : in;  // each meets the whole kernel
  return 2 * layer.kernel * layer.kernel * in[0] * out[0] * pixels[1] * pixels[2];
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::linear:
      return "linear";
    case Kind::conv:
      return "conv";
    case Kind::conv_transpose:
      return "conv_transpose";
    case Kind::batch_norm:
      return "batch_norm";
    case Kind::layer_norm:
      return "layer_norm";
    case Kind::relu:
      return "relu";
    case Kind::leaky_relu:
      return "leaky_relu";
    case Kind::tanh:
      return "tanh";
    case Kind::sigmoid:
      return "sigmoid";
    case Kind::reshape:
      return "reshape";
    case Kind::flatten:
      return "flatten";
    case Kind::gate:
      return "gate";
    case Kind::group_sort:
      return "group_sort";
    case Kind::scale:
      return "scale";
    case Kind::constant:
      return "constant";
    case Kind::avg_pool:
      return "avg_pool";
    case Kind::upsample:
      return "upsample";
    case Kind::sum_pixels:
      return "sum_pixels";
    case Kind::embed_label:
      return "embed_label";
    case Kind::project_label:
      return "project_label";
    case Kind::residual:
      return "residual";
  }
  return "";
}

std::string text_of(const Shape& shape) {
  std::string text = "[";
  for (const auto side : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(side);
  return text + "]";
}

}  // namespace monge::train
