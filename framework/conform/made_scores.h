// Batches to examine losses and enforcers with.
#pragma once

#include <monge/scores.h>

#include "conform/function.h"

namespace monge::conform {

inline constexpr std::int64_t kBatch = 6;
inline const Shape& small_sample() {
  static const Shape shape{2, 6, 6};
  return shape;
}

/// Scores and samples of one batch, unrelated to each other, fp64.
Scores made_scores(std::uint64_t seed);

/// A batch as a list, in the order real, fake, real_x, fake_x; and back.
Tensors parts_of(const Scores& scores);
Scores scores_of(const Tensors& parts);

/// Samples `begin` to `begin + count` of the batch.
Scores slice_of(const Scores& scores, std::int64_t begin, std::int64_t count);

}  // namespace monge::conform
