#include "pack/table.h"

namespace monge::pack {
namespace {

// benchmarks/packs.py measures the first row, benchmarks/gpu_compare.sh the second (docs/performance.md), and
// packs.py --device cuda:0 --architecture resnet would the third. One pack at a time on a GPU: two beside
// each other are no faster (MONGE_LANES).
constexpr Row kCpu{0, "on a CPU packs pay for tiny networks only"};
constexpr Row kGpu{64, "on a GPU products of many runs fill it together"};
constexpr Row kGpuImages{
    1, "each is a graph; convolutions of many runs by LibTorch are not known to be faster in one"};

}  // namespace

const Row& row_for(const train::Game& game, const std::string& device) {
  if (device == "cpu") return kCpu;
  const auto strategy = choose_strategy(game, /*on_gpu=*/true, kGpu.slots);
  const auto by_layers = [](const train::Network& network, bool by_hand) {
    return !by_hand && has_convolution(network.layers());
  };
  const bool images =
      by_layers(*game.generator, strategy.generator_by_hand) || by_layers(*game.critic, strategy.by_hand);
  return images ? kGpuImages : kGpu;
}

}  // namespace monge::pack
