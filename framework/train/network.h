// A list of layers made into a function: shapes inferred, parameters named and placed, errors found before
// anything runs.
#pragma once

#include <monge/enforcer.h>
#include <monge/layers.h>

#include <string>
#include <vector>

#include "train/layer_rules.h"

namespace monge::train {

/// One parameter tensor's place in a network's arena.
struct Parameter {
  std::string name;  // "3.conv.weight"
  Shape shape;
  std::int64_t offset = 0;  // in elements
  std::int64_t fan_in = 1, fan_out = 1;
  double init_scale = 1;  // of a weight: its first values are multiplied by it
  Role role;
};

/// A running average that a batch norm keeps beside its parameters.
struct Buffer {
  std::string name;  // "1.batch_norm.mean"
  Shape shape;
};

/// A layer whose shapes are known. `parameters` and `buffers` index the network's lists, -1 for none.
struct PlacedLayer {
  Layer layer;
  Shape in, out;  // without the batch
  std::int64_t parameters = -1, buffers = -1;
  std::int64_t flops = 0;  // multiply and add counted apart, one sample forward
  std::vector<PlacedLayer> body, shortcut;
};

/// Here or in a residual block.
bool has_convolution(const std::vector<PlacedLayer>& layers);

class Network {
 public:
  /// `input` and `output` without the batch; `classes` of the data's labels. Throws Error(Exit::experiment)
  /// with the table of shapes up to the fault.
  Network(std::string name, const Layers& layers, const Shape& input, const Shape& output,
          std::int64_t classes = 0);

  const std::string& name() const { return name_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  const std::vector<Buffer>& buffers() const { return buffers_; }  // mean, variance of each batch norm
  const std::vector<PlacedLayer>& layers() const { return layers_; }
  Init init() const { return init_; }
  std::int64_t size() const { return size_; }  // parameters in all, elements
  std::int64_t flops() const;                  // one sample forward
  bool couples_batch() const {
    return !buffers_.empty();
  }                                                  // batch norm: a sample's output depends on its batch
  bool conditional() const { return conditional_; }  // it reads labels
  /// Layer, output shape, parameters and FLOPs, a line each.
  std::string table() const;

 private:
  std::vector<PlacedLayer> place(const std::vector<Layer>& list, Shape& shape);
  void place_one(PlacedLayer& placed, std::int64_t index);
  void place_residual(PlacedLayer& placed);
  void infer(PlacedLayer& placed, std::int64_t index, const std::vector<PlacedLayer>& before);
  void place_normalisation(PlacedLayer& placed, std::int64_t index);
  void check_labels(Layer::Kind kind);
  std::int64_t add_parameter(const PlacedLayer& placed, const std::string& part, Shape shape,
                             std::int64_t index);

  std::string name_;
  Init init_;
  std::vector<PlacedLayer> layers_;
  std::vector<Parameter> parameters_;
  std::vector<Buffer> buffers_;
  std::int64_t size_ = 0, count_ = 0, classes_ = 0;
  bool conditional_ = false;
};

}  // namespace monge::train
