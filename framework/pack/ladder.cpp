#include "pack/ladder.h"

#include <algorithm>

#include "pack/memory.h"
#include "pack/table.h"

namespace monge::pack {
namespace {

Rung by_table(const train::Game& game, const std::string& device, std::int64_t memory) {
  const Row& row = row_for(game, device);
  const std::int64_t slots = slots_within(memory, row.slots, game);
  if (slots == row.slots) return {slots, row.why};
  return {slots, std::string(row.why) + "; more than " + std::to_string(slots) + " may not fit its memory"};
}

}  // namespace

Rung rung_of(const train::Game& game, const std::function<std::string()>& impurity, const std::string& device,
             std::int64_t memory, std::int64_t wanted) {
  Rung rung =
      wanted == 0 ? by_table(game, device, memory) : Rung{std::max<std::int64_t>(wanted, 0), "asked for"};
  if (rung.slots == 0) return rung;
  const std::string fault = impurity();
  return fault.empty() ? rung : Rung{0, fault};
}

}  // namespace monge::pack
