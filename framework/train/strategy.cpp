#include "train/strategy.h"

#include <algorithm>

#include "train/affine_pass.h"
#include "train/game.h"
#include "train/gemm.h"

namespace monge::train {
namespace {

bool has_convolution(const Network& network) {
  const auto& layers = network.layers();
  return std::any_of(layers.begin(), layers.end(),
                     [](const auto& placed) { return is_conv(placed.layer.kind); });
}

}  // namespace

std::string Strategy::name() const {
  std::string name = joint_batch ? "joint" : "split";
  if (by_hand)
    name += (generator_by_hand ? ", both by hand, products by " : ", critic by hand, products by ") +
            product_library();
  return name;
}

// One batch of both halves the calls, but on a CPU two images' worth of a convolution leave its cache (and so
// do autograd's graphs); a GPU waits for launches and wants one batch whatever the layers.
Strategy choose_strategy(const Game& game, bool on_gpu) {
  Strategy strategy;
  strategy.by_hand = !on_gpu && is_piecewise_linear(*game.critic) && !game.maps_weights();
  strategy.generator_by_hand = strategy.by_hand && is_piecewise_linear(*game.generator);
  strategy.joint_batch =
      on_gpu ? !game.critic->couples_batch() : strategy.by_hand && !has_convolution(*game.critic);
  return strategy;
}

}  // namespace monge::train
