#include "pack/ladder.h"

#include "pack/table.h"

namespace monge::pack {

Rung rung_of(const train::Game& game, const std::function<std::string()>& impurity, const std::string& device,
             std::int64_t wanted) {
  const Row& row = row_for(game, device);
  const Rung rung = wanted > 0 ? Rung{wanted, "asked for"} : Rung{row.slots, row.why};
  if (rung.slots == 1) return rung;
  const std::string fault = impurity();
  return fault.empty() ? rung : Rung{1, fault};
}

}  // namespace monge::pack
