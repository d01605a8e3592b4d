#include "pack/ladder.h"

#include <algorithm>

#include "pack/table.h"

namespace monge::pack {

Rung rung_of(const train::Game& game, const std::function<std::string()>& impurity, const std::string& device,
             std::int64_t wanted) {
  const Row& row = row_for(game, device);
  Rung rung = wanted == 0 ? Rung{row.slots, row.why} : Rung{std::max<std::int64_t>(wanted, 0), "asked for"};
  if (rung.slots == 0) return rung;
  const std::string fault = impurity();
  return fault.empty() ? rung : Rung{0, fault};
}

}  // namespace monge::pack
