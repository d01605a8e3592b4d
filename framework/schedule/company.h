// Which runs are trained together, in packs, as far as that is known before any of them is given to a worker.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schedule/describe.h"
#include "schedule/plan.h"

namespace monge::schedule {

/// Slots of the pack that a run with this fingerprint was trained in, 0 alone. Nothing where it does not say,
/// or where runs of its cell are not trained that way now.
std::optional<std::size_t> slots_of(const nlohmann::json& fingerprint, const CellFacts::Strategy& strategy);

/// On a GPU a pack computes all its slots, whoever sits there: so no more of them than there are runs for
/// each worker, and as many in each of the packs that follow one another. Runs that have begun keep theirs.
void fit_slots(std::vector<PlannedRun>& runs, const std::vector<CellFacts>& facts, int workers);

/// Why it is trained as it is, alone or in a pack: a clause.
const std::string& why_so(const PlannedRun& run, const CellFacts::Strategy& strategy);

/// How many runs are in a pack together: it has at most its slots, and each worker its share of the runs that
/// may be in it. Counts first, then answers.
class Companies {
 public:
  explicit Companies(int workers);
  void add(std::size_t slots, const std::string& shape) { ++alike_[{slots, shape}]; }
  /// 0: alone.
  std::size_t of(std::size_t slots, const std::string& shape) const;

 private:
  std::size_t workers_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> alike_;
};

}  // namespace monge::schedule
