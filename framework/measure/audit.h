// The Lipschitz audit: does the critic keep the slope that its enforcer promises, and what is its gap worth?
// A standard record of every run at each evaluation, in the evaluator's thread, from copies.
//
// A linear critic w has slope |w| everywhere; a critic of slope s bounds the distance of the samples that it
// is asked of: gap / s <= W1 (Kantorovich & Rubinstein 1958). Names and meanings of all values are in
// record/audit_columns.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "train/game.h"

namespace monge::measure {

struct Copies;

/// By name; a histogram has a value a bin, a spectrum a value a layer.
using AuditValues = std::map<std::string, std::vector<double>>;

/// `real`: n held-out samples and their classes; `fake`: n of the generator that is evaluated, the kth of the
/// class of the kth real one. Slopes are looked at in the first slope_points(n) of both, at as many points
/// between them and far off. Depends on the run's seed, the step and the copies only.
AuditValues audit(const train::Game& game, const Copies& copies, const train::Batch& real,
                  const Tensor& fake);

/// A quarter of the evaluation's samples, at most 512.
std::int64_t slope_points(std::int64_t samples);

/// Lower edges of the bins of slopes: 0, then eight a decade from 1e-4 to 1e4, 1 among them. The last is
/// open.
std::vector<double> slope_edges();

/// Lower edges of 64 equal bins of weights in [-1, 1], in units of the largest absolute weight.
std::vector<double> weight_edges();

/// The share of `values` in each bin; a value below the first edge counts in none, NaN neither.
std::vector<double> shares(const Tensor& values, const std::vector<double>& lower_edges);

}  // namespace monge::measure
