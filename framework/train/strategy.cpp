#include "train/strategy.h"

#include <algorithm>

#include "train/affine_pass.h"
#include "train/game.h"
#include "train/gemm.h"
#include "train/stages.h"

namespace monge::train {
namespace {

std::int64_t widest(const std::vector<PlacedLayer>& layers) {
  std::int64_t most = 1;
  for (const auto& placed : layers) {
    most = std::max({most, c10::multiply_integers(placed.out), widest(placed.body), widest(placed.shortcut)});
  }
  return most;
}

// A product of 64 rows takes a fifth longer a row than one of 320, most of all for copying the weights;
// images and very wide batches would leave the cache instead.
std::int64_t updates_ahead(const Game& game) {
  constexpr std::int64_t kMostOutput = 320 << 10;  // of a layer's output
  const auto& layers = game.generator->layers();
  if (has_convolution(layers) || game.generator->conditional()) return 1;
  const std::int64_t fit = kMostOutput / (game.settings.batch_size * widest(layers));
  return std::clamp<std::int64_t>(fit, 1, game.settings.critic_steps);
}

}  // namespace

std::string Strategy::name() const {
  std::string name = joint_batch ? "joint" : "split";
  if (packed) name = "packed" + (slots > 0 ? " in " + std::to_string(slots) : "") + ", " + name;
  if (by_hand) name += generator_by_hand ? ", both by hand" : ", critic by hand";
  if (own_products) name += ", products by " + product_library();
  if (updates_ahead > 1) name += ", " + std::to_string(updates_ahead) + " updates ahead";
  return name;
}

// One batch of both halves the calls, but on a CPU two images' worth of a convolution leave its cache (and so
// do autograd's graphs); a GPU waits for launches and wants one batch whatever the layers.
Strategy choose_strategy(const Game& game, bool on_gpu, std::int64_t slots) {
  Strategy strategy;
  if (slots > 0) {
    strategy.packed = true;
    if (on_gpu) strategy.slots = slots;
    strategy.joint_batch = on_gpu && !game.critic->couples_batch();
    strategy.by_hand = !game.settings.bf16 && !game.maps_weights() && is_piecewise_linear(*game.critic);
    strategy.generator_by_hand =
        strategy.by_hand && !game.generator->conditional() && !stages_of(*game.generator).empty();
    if (on_gpu && strategy.generator_by_hand) strategy.updates_ahead = game.settings.critic_steps;
    return strategy;
  }
  const bool by_own_means = !on_gpu && !game.settings.bf16;
  strategy.by_hand = by_own_means && is_piecewise_linear(*game.critic) && !game.maps_weights();
  strategy.generator_by_hand = strategy.by_hand && is_piecewise_linear(*game.generator);
  strategy.joint_batch =
      on_gpu ? !game.critic->couples_batch() : strategy.by_hand && !has_convolution(game.critic->layers());
  strategy.own_products = by_own_means;
  if (!on_gpu) strategy.updates_ahead = updates_ahead(game);
  return strategy;
}

}  // namespace monge::train
