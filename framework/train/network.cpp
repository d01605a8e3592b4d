#include "train/network.h"

#include <monge/error.h>

#include <sstream>
#include <utility>

namespace monge::train {
namespace {

using Kind = Layer::Kind;

std::int64_t elements(const Shape& shape) { return c10::multiply_integers(shape); }

[[noreturn]] void fault(const std::string& what) { throw Error(Exit::experiment, what); }

bool is_conv(Kind kind) { return kind == Kind::conv || kind == Kind::conv_transpose; }

std::int64_t conv_side(const Layer& layer, std::int64_t side) {
  return layer.kind == Kind::conv
             ? (side + 2 * layer.pad_ - layer.kernel) / layer.stride_ + 1
             : (side - 1) * layer.stride_ - 2 * layer.pad_ + layer.kernel + layer.output_pad_;
}

Shape conv_output(const Layer& layer, const Shape& in) {
  if (in.size() != 3) fault("needs an image [C, H, W], got " + text_of(in) + "; put a reshape before it");
  if (layer.kernel < 1 || layer.stride_ < 1 || layer.pad_ < 0) fault("needs kernel and stride of at least 1");
  if (layer.kind == Kind::conv &&
      (in[1] + 2 * layer.pad_ < layer.kernel || in[2] + 2 * layer.pad_ < layer.kernel)) {
    fault("its kernel of " + std::to_string(layer.kernel) + " is larger than the padded image " +
          text_of(in));
  }
  Shape out = {layer.out, conv_side(layer, in[1]), conv_side(layer, in[2])};
  if (out[1] < 1 || out[2] < 1) fault("leaves no pixel of " + text_of(in));
  return out;
}

Shape output_of(const Layer& layer, const Shape& in) {
  const bool sized = layer.kind == Kind::linear || is_conv(layer.kind);
  if (sized && layer.out < 1) fault("needs at least one output, got " + std::to_string(layer.out));
  if (is_conv(layer.kind)) return conv_output(layer, in);
  if (layer.kind == Kind::linear && in.size() != 1) {
    fault("needs a vector, got " + text_of(in) + "; put a flatten before it");
  }
  if (layer.kind == Kind::linear) return {layer.out};
  if (layer.kind == Kind::flatten) return {elements(in)};
  if (layer.kind == Kind::reshape && elements(layer.shape) != elements(in)) {
    fault("cannot make " + text_of(layer.shape) + " of " + text_of(in));
  }
  return layer.kind == Kind::reshape ? layer.shape : in;
}

std::int64_t flops_of(const Layer& layer, const Shape& in, const Shape& out) {
  if (layer.kind == Kind::linear) return 2 * in[0] * out[0];
  if (!is_conv(layer.kind)) return elements(out);
  const auto& pixels = layer.kind == Kind::conv ? out : in;  // each meets the whole kernel
  return 2 * layer.kernel * layer.kernel * in[0] * out[0] * pixels[1] * pixels[2];
}

std::int64_t total(const std::vector<PlacedLayer>& layers) {
  std::int64_t sum = 0;
  for (const auto& placed : layers) sum += placed.flops + total(placed.body);
  return sum;
}

void append_rows(std::ostringstream& text, const std::vector<PlacedLayer>& layers, const std::string& indent,
                 const std::vector<Parameter>& parameters) {
  for (const auto& placed : layers) {
    std::int64_t count = 0;
    for (auto i = placed.parameters; i >= 0 && i < static_cast<std::int64_t>(parameters.size()); ++i) {
      if (parameters[i].role.index != parameters[placed.parameters].role.index) break;
      count += elements(parameters[i].shape);
    }
    std::string name = indent + name_of(placed.layer.kind);
    name.resize(std::max<std::size_t>(name.size(), 20), ' ');
    std::string shape = text_of(placed.out);
    shape.resize(std::max<std::size_t>(shape.size(), 18), ' ');
    text << "  " << name << ' ' << shape << ' ' << count << " parameters, " << placed.flops << " FLOPs\n";
    append_rows(text, placed.body, indent + "  ", parameters);
  }
}

}  // namespace

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

Network::Network(std::string name, const Layers& layers, const Shape& input, const Shape& output)
    : name_(std::move(name)), init_(layers.init) {
  Shape shape = input;
  layers_ = place(layers.list, shape);
  if (shape != output) {
    fault(name_ + " makes " + text_of(shape) + ", but the data needs " + text_of(output) + "\n  input " +
          text_of(input) + "\n" + table());
  }
}

std::int64_t Network::flops() const { return total(layers_); }

std::vector<PlacedLayer> Network::place(const std::vector<Layer>& list, Shape& shape) {
  std::vector<PlacedLayer> all;
  for (const auto& layer : list) {
    const std::int64_t index = count_++;
    PlacedLayer placed{layer, shape, {}, -1, -1, 0, {}};
    try {
      placed.out = output_of(layer, shape);
      placed.flops = flops_of(layer, shape, placed.out);
      if (layer.kind == Kind::residual) {
        Shape inner = shape;
        placed.body = place(layer.body, inner);
        if (inner != shape)
          fault("its body makes " + text_of(inner) + " of " + text_of(shape) + " and cannot be added");
      }
    } catch (const Error& error) {
      std::ostringstream rows;
      append_rows(rows, all, "", parameters_);
      fault(name_ + ", layer " + std::to_string(index) + " (" + name_of(layer.kind) + "): " + error.what() +
            "\n" + rows.str());
    }
    place_one(placed, index);
    shape = placed.out;
    all.push_back(std::move(placed));
  }
  return all;
}

void Network::place_one(PlacedLayer& placed, std::int64_t index) {
  const Layer& layer = placed.layer;
  const std::int64_t k = layer.kernel;
  if (layer.kind == Kind::linear)
    placed.parameters = add_parameter(placed, "weight", {layer.out, placed.in[0]}, index);
  if (layer.kind == Kind::conv)
    placed.parameters = add_parameter(placed, "weight", {layer.out, placed.in[0], k, k}, index);
  if (layer.kind == Kind::conv_transpose) {
    placed.parameters = add_parameter(placed, "weight", {placed.in[0], layer.out, k, k}, index);
  }
  if (placed.parameters >= 0 && layer.bias_) add_parameter(placed, "bias", {layer.out}, index);
  if (layer.kind == Kind::batch_norm || layer.kind == Kind::layer_norm) {
    placed.parameters = add_parameter(placed, "gain", {placed.in[0]}, index);
    add_parameter(placed, "shift", {placed.in[0]}, index);
  }
  if (layer.kind == Kind::batch_norm) {
    placed.buffers = static_cast<std::int64_t>(buffers_.size());
    const std::string prefix = std::to_string(index) + ".batch_norm.";
    buffers_.push_back({prefix + "mean", {placed.in[0]}});
    buffers_.push_back({prefix + "variance", {placed.in[0]}});
  }
}

std::int64_t Network::add_parameter(const PlacedLayer& placed, const std::string& part, Shape shape,
                                    std::int64_t index) {
  using Part = Role::Part;
  const Layer& layer = placed.layer;
  const std::int64_t window = is_conv(layer.kind) ? layer.kernel * layer.kernel : 1;
  Parameter parameter{std::to_string(index) + "." + name_of(layer.kind) + "." + part,
                      std::move(shape),
                      size_,
                      placed.in[0] * window,
                      layer.out * window,
                      {}};
  // PyTorch counts a transposed convolution's fans by its weight's first two sides, [in, out].
  if (layer.kind == Kind::conv_transpose) std::swap(parameter.fan_in, parameter.fan_out);
  parameter.role = {part == "weight" ? Part::weight
                    : part == "bias" ? Part::bias
                    : part == "gain" ? Part::gain
                                     : Part::shift,
                    name_of(layer.kind), index, layer.stride_, layer.pad_};
  size_ += elements(parameter.shape);
  parameters_.push_back(std::move(parameter));
  return static_cast<std::int64_t>(parameters_.size()) - 1;
}

std::string Network::table() const {
  std::ostringstream text;
  append_rows(text, layers_, "", parameters_);
  return text.str();
}

}  // namespace monge::train
