// Samples and features as metrics see them: rows of double numbers.
#pragma once

#include <monge/error.h>
#include <monge/metric.h>

#include <algorithm>
#include <string>

namespace monge::plugins {

/// Two samples of equal shape, a row each: [n, D] double.
struct Rows {
  Tensor real, fake;
};

/// The first `n` of each. Throws where there are not as many real as generated samples of one size.
inline Rows rows_of(const std::string& metric, const Tensor& real, const Tensor& fake, std::int64_t n) {
  if (real.sizes() != fake.sizes() || real.numel() == 0) {
    throw Error(Exit::experiment, "metric '" + metric +
                                      "' needs as many real as generated samples of one size, got " +
                                      c10::str(real.sizes()) + " and " + c10::str(fake.sizes()));
  }
  const auto rows = [n](const Tensor& x) {
    return x.narrow(0, 0, std::min(n, x.size(0))).to(at::kDouble).flatten(1);
  };
  return {rows(real), rows(fake)};
}

/// Features of all samples; for metrics that say d.reads_features().
inline Rows feature_rows(const std::string& metric, const Snapshot& snapshot) {
  if (!snapshot.real_features.x.defined() || !snapshot.fake_features.x.defined()) {
    throw Error(Exit::plugin, "metric '" + metric + "' was given no features, which its describe asks for");
  }
  return rows_of(metric, snapshot.real_features.x, snapshot.fake_features.x,
                 snapshot.real_features.x.size(0));
}

/// What the classifier says of the generated samples, [n, K] double.
inline Tensor class_probability(const std::string& metric, const Snapshot& snapshot) {
  if (!snapshot.fake_features.probability.defined()) {
    throw Error(Exit::experiment, "metric '" + metric +
                                      "' needs an extractor that classifies: [evaluate] features = "
                                      "\"classifier\", or a TorchScript file that does");
  }
  return snapshot.fake_features.probability.to(at::kDouble);
}

/// Euclidean distances of all pairs, [n, D] and [m, D] -> [n, m]. By differences, not by products: equal
/// samples are at distance 0, and no digits are lost far from the origin.
inline Tensor distances(const Tensor& a, const Tensor& b) {
  constexpr std::int64_t kByDifferences = 2;
  return at::cdist(a, b, 2, kByDifferences);
}

}  // namespace monge::plugins
