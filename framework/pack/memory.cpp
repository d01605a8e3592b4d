#include "pack/memory.h"

#include <algorithm>

#include "stacked/affine.h"

namespace monge::pack {
namespace {

std::int64_t numel(const Shape& shape) { return c10::multiply_integers(shape); }

// Numbers of the patches that one sample is laid out as, before convolutions that have too few channels to
// find them on the way (stacked/affine).
std::int64_t patches_in(const std::vector<train::PlacedLayer>& layers) {
  std::int64_t all = 0;
  for (const auto& placed : layers) {
    const Layer& layer = placed.layer;
    if (layer.kind != Layer::Kind::conv || layer.out >= stacked::kThin) continue;
    all += layer.kernel * layer.kernel * placed.in[0] * placed.out[1] * placed.out[2];
  }
  return all;
}

// Numbers that one sample leaves in a network: what goes in, and what each layer with parameters makes of it.
std::int64_t numbers_in(const std::vector<train::PlacedLayer>& layers) {
  std::int64_t all = layers.empty() ? 0 : numel(layers.front().in);
  for (const auto& placed : layers) {
    if (placed.parameters >= 0) all += numel(placed.out);
    all += numbers_in(placed.body) + numbers_in(placed.shortcut);
  }
  return all;
}

}  // namespace

std::int64_t bytes_of_run(const train::Game& game, const train::Strategy& strategy) {
  // Values, gradient, two moments, an average: five. While a graph is held against a step (pack/replayed),
  // they are there as they were before it and after it, too, and the step's memory beside the graph's.
  constexpr std::int64_t kStates = 5, kCopies = 3, kSteps = 2;
  constexpr std::int64_t kAutograd = 3;  // times as much, for second derivatives
  const std::int64_t sample = numel(game.problem.sample), ahead = strategy.updates_ahead;
  const std::int64_t critic = (strategy.by_hand ? 1 : kAutograd) * numbers_in(game.critic->layers());
  const auto& layers = game.generator->layers();
  const std::int64_t generator =
      strategy.generator_by_hand ? numbers_in(layers) + patches_in(layers) : kAutograd * numbers_in(layers);
  // A step is at its largest where it makes both batches of the coming updates, where it has passed those of
  // one and a penalty's points through the critic, with signals and tangents, or in the generator's turn.
  const std::int64_t step =
      std::max({ahead * (generator + 2 * sample), (2 * ahead + 4) * sample + (2 * 2 + 3) * critic,
                3 * generator + 2 * critic});
  constexpr double kSlack = 1.75;  // weights by classes of pixels, patches of thin images, sums in the making
  const std::int64_t states = kCopies * kStates * (game.generator->size() + game.critic->size());
  const auto numbers =
      static_cast<std::int64_t>(kSlack * static_cast<double>(game.settings.batch_size * kSteps * step));
  return (numbers + states) * static_cast<std::int64_t>(at::elementSize(game.settings.precision));
}

std::int64_t slots_within(std::int64_t memory, std::int64_t slots, const train::Game& game) {
  constexpr double kShare = 0.8;  // of the memory: the rest is the data's, the evaluations', LibTorch's
  if (memory <= 0 || slots <= 1) return slots;
  const auto strategy = train::choose_strategy(game, /*on_gpu=*/true, slots);
  const auto room = static_cast<std::int64_t>(kShare * static_cast<double>(memory));
  return std::clamp<std::int64_t>(room / bytes_of_run(game, strategy), 1, slots);
}

}  // namespace monge::pack
