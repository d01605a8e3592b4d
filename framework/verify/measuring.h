// A metric asked about samples that are known.
#pragma once

#include <functional>
#include <map>

#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {

struct Shown {
  Tensor real, fake;        // [n, ...]
  Tensor modes = {};        // [M, D]
  double sigma = 0;         // around each mode
  Tensor probability = {};  // [n, K], what a classifier says of the fake ones
};

using Measured = std::map<std::string, std::vector<double>>;

/// The values that the metric sets, its features being the samples themselves, its draws by `seed`.
Measured measured(plugin::Catalog& catalog, const Json& metric, const Shown& shown, std::uint64_t seed = 1);

/// One of them, a single number.
double measured_value(plugin::Catalog& catalog, const Json& metric, const std::string& value,
                      const Shown& shown, std::uint64_t seed = 1);

/// "metrics: kid of a shift", of that plugin.
Answer about(const std::string& metric, const std::string& what, const std::string& source,
             std::function<Finding()> find);

/// The mean of `times` independent numbers, made with the seeds 1, 2, ...; its standard error is theirs.
Finding repeated(double expected, int times, const std::function<double(std::uint64_t seed)>& one);

}  // namespace monge::verify
