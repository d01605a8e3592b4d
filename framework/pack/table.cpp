#include "pack/table.h"

namespace monge::pack {
namespace {

// benchmarks/packs.py measures the first row; the others wait for a GPU, see docs/performance.md.
constexpr Row kCpu{0, "on a CPU packs pay for tiny networks only"};
constexpr Row kGpuDense{64, "on a GPU small products of many runs fill it together"};
constexpr Row kGpuImages{1, "each is a graph; many convolutions in one are not yet known to be faster"};

}  // namespace

const Row& row_for(const train::Game& game, const std::string& device) {
  if (device == "cpu") return kCpu;
  const bool images = has_convolution(game.generator->layers()) || has_convolution(game.critic->layers());
  return images ? kGpuImages : kGpuDense;
}

}  // namespace monge::pack
