#include "train/stages.h"

namespace monge::train {
namespace {

using Kind = Layer::Kind;

bool is_affine(const Layer& layer) {
  return layer.kind == Kind::linear || (is_conv(layer.kind) && layer.output_pad_ == 0);
}

bool is_shape(Kind kind) { return kind == Kind::flatten || kind == Kind::reshape; }

bool is_activation(const Layer& layer) {
  return layer.kind == Kind::relu || (layer.kind == Kind::leaky_relu && layer.slope > 0) ||
         layer.kind == Kind::tanh || layer.kind == Kind::sigmoid;
}

}  // namespace

bool Stage::piecewise_linear() const {
  if (norm != nullptr) return false;
  return activation == nullptr || activation->layer.kind == Kind::relu ||
         activation->layer.kind == Kind::leaky_relu;
}

std::vector<Stage> stages_of(const Network& network) {
  std::vector<Stage> stages;
  const auto& layers = network.layers();
  auto next = layers.begin();
  const auto skip_shapes = [&] {
    while (next != layers.end() && is_shape(next->layer.kind)) ++next;
  };
  for (skip_shapes(); next != layers.end(); skip_shapes()) {
    if (!is_affine(next->layer)) return {};
    Stage stage{&*next, next->out};
    ++next;
    for (; next != layers.end() && is_shape(next->layer.kind); ++next) stage.out = next->out;
    if (next != layers.end() && next->layer.kind == Kind::batch_norm) stage.norm = &*next++;
    if (stage.norm != nullptr && is_conv(stage.affine->layer.kind) && stage.out != stage.affine->out)
      return {};  // its features are not the channels that lie together
    if (next != layers.end() && is_activation(next->layer)) stage.activation = &*next++;
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace monge::train
