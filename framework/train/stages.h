// A network as a chain of affine layers, each with what follows it before the next one.
#pragma once

#include <vector>

#include "train/network.h"

namespace monge::train {

/// linear | conv | conv_transpose, then perhaps a batch norm, then perhaps an activation.
struct Stage {
  const PlacedLayer* affine = nullptr;
  Shape out;                                // of its output, as what follows takes it
  const PlacedLayer* norm = nullptr;        // null: none
  const PlacedLayer* activation = nullptr;  // relu, leaky_relu, tanh or sigmoid; null: none

  /// Almost everywhere linear: no norm, and an activation that is.
  bool piecewise_linear() const;
};

/// Views of the layers of `network`; empty where it is no such chain.
std::vector<Stage> stages_of(const Network& network);

}  // namespace monge::train
