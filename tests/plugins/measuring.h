// A metric's values of two samples, with the samples themselves as features.
#pragma once

#include <monge/metric.h>

#include <map>
#include <string>

#include "opened.h"

namespace monge::test {

struct Measured {
  Tensor modes = {};  // [M, D]
  double sigma = 0;
  Tensor probability = {};  // [n, K] of the generated samples
  bool at_end = false;
  Tensor label = {};       // [n] of the classes that generated samples were asked for
  Tensor real_label = {};  // [n] of the real samples
};

inline std::map<std::string, double> measured(const plugin::Bound<Metric>& metric, const Tensor& real,
                                              const Tensor& fake, const Measured& more = {}) {
  auto draw = draws(11, at::kFloat);
  Snapshot snapshot{real, fake, more.real_label, more.label, more.modes, more.sigma, draw};
  const auto rows = [](const Tensor& x) { return x.defined() ? x.flatten(1) : x; };
  snapshot.real_features = {rows(real), {}};
  snapshot.fake_features = {rows(fake), more.probability};
  snapshot.at_end = more.at_end;
  Values values;
  metric->measure(snapshot, values);
  std::map<std::string, double> answer;
  for (const auto& [name, value] : values.all()) answer[name] = value.at(0);
  return answer;
}

/// The mean of `value(seed)` over seeds 1 to `count`.
template <class Value>
double mean_over(int count, const Value& value) {
  double sum = 0;
  for (int seed = 1; seed <= count; ++seed) sum += value(static_cast<std::uint64_t>(seed));
  return sum / count;
}

}  // namespace monge::test
