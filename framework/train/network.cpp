#include "train/network.h"

#include <monge/error.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace monge::train {
namespace {

using Kind = Layer::Kind;

/// A fault inside a residual, told once with its own layer's place and table.
struct PlacedFault : Error {
  using Error::Error;
};

std::int64_t total(const std::vector<PlacedLayer>& layers) {
  std::int64_t sum = 0;
  for (const auto& placed : layers) sum += placed.flops + total(placed.body) + total(placed.shortcut);
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
    append_rows(text, placed.shortcut, indent + "  + ", parameters);
  }
}

}  // namespace

bool has_convolution(const std::vector<PlacedLayer>& layers) {
  return std::any_of(layers.begin(), layers.end(), [](const auto& placed) {
    return is_conv(placed.layer.kind) || has_convolution(placed.body) || has_convolution(placed.shortcut);
  });
}

Network::Network(std::string name, const Layers& layers, const Shape& input, const Shape& output,
                 std::int64_t classes)
    : name_(std::move(name)), init_(layers.init), classes_(classes) {
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
  all.reserve(list.size());
  for (const auto& layer : list) {
    const std::int64_t index = count_++;
    PlacedLayer placed{layer, shape, {}, -1, -1, 0, {}, {}};
    infer(placed, index, all);
    place_one(placed, index);
    shape = placed.out;
    all.push_back(std::move(placed));
  }
  return all;
}

// Shapes and cost of a layer; a fault has its place and the table of the layers before it.
void Network::infer(PlacedLayer& placed, std::int64_t index, const std::vector<PlacedLayer>& before) {
  const Layer& layer = placed.layer;
  try {
    check_labels(layer.kind);
    placed.out = output_of(layer, placed.in);
    elements(placed.out);
    if (layer.kind == Kind::residual) place_residual(placed);
    placed.flops = flops_of(layer, placed.in, placed.out);
  } catch (const PlacedFault&) {
    throw;
  } catch (const Error& error) {
    std::ostringstream rows;
    append_rows(rows, before, "", parameters_);
    throw PlacedFault(Exit::experiment, name_ + ", layer " + std::to_string(index) + " (" +
                                            name_of(layer.kind) + "): " + error.what() + "\n" + rows.str());
  }
}

void Network::place_residual(PlacedLayer& placed) {
  Shape main = placed.in, aside = placed.in;
  placed.body = place(placed.layer.body, main);
  placed.shortcut = place(placed.layer.shortcut, aside);
  if (main != aside) {
    fault("its body makes " + text_of(main) + " of " + text_of(placed.in) + " and its shortcut " +
          text_of(aside) + ": they cannot be added");
  }
  placed.out = main;
}

void Network::check_labels(Kind kind) {
  if (kind != Kind::embed_label && kind != Kind::project_label) return;
  if (classes_ < 1) fault("needs classes, but the data has no labels");
  conditional_ = true;
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
  if (layer.kind == Kind::project_label)
    placed.parameters = add_parameter(placed, "weight", {1, placed.in[0]}, index);
  if (placed.parameters >= 0 && layer.bias_) add_parameter(placed, "bias", {placed.out[0]}, index);
  if (layer.kind == Kind::project_label) add_parameter(placed, "embedding", {classes_, placed.in[0]}, index);
  if (layer.kind == Kind::embed_label) {
    const std::int64_t pixels = elements(placed.in) / placed.in[0];
    const std::int64_t count = placed.in.size() == 3 ? layer.out * pixels : layer.out;
    placed.parameters = add_parameter(placed, "embedding", {classes_, count}, index);
  }
  if (layer.kind == Kind::constant) placed.parameters = add_parameter(placed, "weight", layer.shape, index);
  if (layer.kind == Kind::batch_norm || layer.kind == Kind::layer_norm) place_normalisation(placed, index);
}

void Network::place_normalisation(PlacedLayer& placed, std::int64_t index) {
  placed.parameters = static_cast<std::int64_t>(parameters_.size());
  if (placed.layer.gain_) add_parameter(placed, "gain", {placed.in[0]}, index);
  add_parameter(placed, "shift", {placed.in[0]}, index);
  if (placed.layer.kind == Kind::batch_norm) {
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
  Parameter parameter;
  parameter.name = std::to_string(index) + "." + name_of(layer.kind) + "." + part;
  parameter.shape = std::move(shape);
  parameter.offset = size_;
  if (parameter.shape.size() > 1 &&
      layer.kind != Kind::constant) {  // counted as PyTorch does, a transposed convolution's [in, out] too
    const std::int64_t window = elements(parameter.shape) / parameter.shape[0] / parameter.shape[1];
    parameter.fan_in = parameter.shape[1] * window;
    parameter.fan_out = parameter.shape[0] * window;
  } else if (part == "bias") {
    parameter.fan_in = parameters_.back().fan_in;
    parameter.fan_out = parameters_.back().fan_out;
  }
  parameter.role = {part == "bias"    ? Part::bias
                    : part == "gain"  ? Part::gain
                    : part == "shift" ? Part::shift
                                      : Part::weight,
                    name_of(layer.kind),
                    index,
                    layer.stride_,
                    layer.pad_,
                    layer.output_pad_,
                    placed.in};
  if (parameter.role.part == Part::weight) parameter.init_scale = layer.init_scale_;
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
