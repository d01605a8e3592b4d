// The Lipschitz audit's part of /eval in run.h5.
#pragma once

#include <vector>

#include "measure/evaluator.h"
#include "record/group.h"

namespace monge::worker {

/// What stays the same from one evaluation to the next.
struct AuditFrame {
  std::int64_t samples = 0, points = 0;       // see record::AuditColumn::Counts
  std::vector<record::Variable> coordinates;  // edges of bins, names of layers
};
AuditFrame audit_frame(const train::Game& game, const measure::EvaluationSettings& settings);

/// Adds the values of all evaluations, and their axes. Every evaluation was audited.
void add_audit(record::Group& eval, const AuditFrame& frame,
               const std::vector<measure::Evaluation>& evaluations);

}  // namespace monge::worker
