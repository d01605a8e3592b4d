// Which tensor of the critic an enforcer is handed.
#pragma once

#include <monge/tensor.h>

#include <string>

namespace monge {

struct Role {
  enum class Part { weight, bias, gain, shift };  // gain and shift are a normalisation's
  Part part = Part::weight;
  std::string layer;       // the kind of layer: "linear", "conv", "batch_norm", ...
  std::int64_t index = 0;  // of the layer in its network, from 0
  std::int64_t stride = 1, padding = 0, output_padding = 0;  // of a convolution
  Shape input;  // of the layer, without the batch: [C, H, W] or [D]
};

}  // namespace monge
