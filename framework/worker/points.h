// Samples that are points, as pictures of the plane show them.
#pragma once

#include <monge/tensor.h>

#include <cstdint>
#include <vector>

namespace monge::worker {

/// The first `most` samples as x, y, x, y, ...: of one coordinate along a line, of many the first two.
std::vector<float> plane_points(const Tensor& samples, std::int64_t most);

/// How far a picture around 0 has to reach to show these with room around them: of a data set's real points
/// the same for every picture of it, so that they can be laid side by side.
double reach_of(const std::vector<float>& points);

inline constexpr std::int64_t kRealPoints = 512;  // in a picture

}  // namespace monge::worker
