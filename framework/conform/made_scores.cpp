#include "conform/made_scores.h"

#include "train/forward.h"

namespace monge::conform {

Scores made_scores(std::uint64_t seed) {
  auto source = draws(seed);
  const Shape shape = train::batch_of(kBatch, small_sample());
  Scores scores;
  scores.real_x = source.normal(shape);
  scores.fake_x = source.normal(shape);
  scores.real = source.normal({kBatch});
  scores.fake = source.normal({kBatch});
  return scores;
}

Tensors parts_of(const Scores& scores) { return {scores.real, scores.fake, scores.real_x, scores.fake_x}; }

Scores scores_of(const Tensors& parts) {
  Scores scores;
  scores.real = parts.at(0);
  scores.fake = parts.at(1);
  scores.real_x = parts.at(2);
  scores.fake_x = parts.at(3);
  return scores;
}

Scores slice_of(const Scores& scores, std::int64_t begin, std::int64_t count) {
  Tensors parts = parts_of(scores);
  for (auto& part : parts) part = part.narrow(0, begin, count);
  return scores_of(parts);
}

}  // namespace monge::conform
