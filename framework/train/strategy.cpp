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

// Critic updates for whose fakes no layer makes more than `most` numbers at once.
std::int64_t updates_within(std::int64_t most, const Game& game) {
  const std::int64_t fit = most / (game.settings.batch_size * widest(game.generator->layers()));
  return std::clamp<std::int64_t>(fit, 1, game.settings.critic_steps);
}

// A product of 64 rows takes a fifth longer a row than one of 320, most of all for copying the weights;
// images and very wide batches would leave the cache instead.
std::int64_t updates_ahead_on_cpu(const Game& game) {
  if (has_convolution(game.generator->layers()) || game.generator->conditional()) return 1;
  return updates_within(320 << 10, game);
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
    // All, but kernels count the numbers of a run with 31 bits.
    if (on_gpu && strategy.generator_by_hand) strategy.updates_ahead = updates_within(1 << 28, game);
    return strategy;
  }
  const bool by_own_means = !on_gpu && !game.settings.bf16;
  strategy.by_hand = by_own_means && is_piecewise_linear(*game.critic) && !game.maps_weights();
  strategy.generator_by_hand = strategy.by_hand && is_piecewise_linear(*game.generator);
  strategy.joint_batch =
      on_gpu ? !game.critic->couples_batch() : strategy.by_hand && !has_convolution(game.critic->layers());
  strategy.own_products = by_own_means;
  if (!on_gpu) strategy.updates_ahead = updates_ahead_on_cpu(game);
  return strategy;
}

}  // namespace monge::train
