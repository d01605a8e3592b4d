#include "worker/points.h"

#include <algorithm>
#include <cmath>

namespace monge::worker {

std::vector<float> plane_points(const Tensor& samples, std::int64_t most) {
  auto xy = samples.narrow(0, 0, std::min(most, samples.size(0))).flatten(1).to(at::kCPU, at::kFloat);
  xy = xy.size(1) == 1 ? at::cat({xy, at::zeros_like(xy)}, 1) : xy.narrow(1, 0, 2).contiguous();
  return {xy.const_data_ptr<float>(), xy.const_data_ptr<float>() + xy.numel()};
}

double reach_of(const std::vector<float>& points) {
  double farthest = 0;
  for (const float coordinate : points)
    farthest = std::max(farthest, std::abs(static_cast<double>(coordinate)));
  return farthest > 0 ? 1.25 * farthest : 1;
}

}  // namespace monge::worker
