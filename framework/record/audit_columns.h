// The Lipschitz audit's values in /eval of run.h5: names, units, meanings, and over what they are counted.
#pragma once

#include <string>
#include <vector>

namespace monge::record {

struct AuditColumn {
  /// What its attribute `samples` counts, of each kind: all of the evaluation, or the points at which slopes
  /// are looked at.
  enum class Counts { nothing, samples, points };
  std::string name, unit, doc;
  Counts counts = Counts::nothing;
  std::string dim;  // beside eval_step: a bin axis or a network's layers; empty: one number
};

const std::vector<AuditColumn>& audit_columns();

}  // namespace monge::record
