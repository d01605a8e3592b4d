// Which way a run is trained: with others in a pack or alone, and why. On a GPU schedule/plan lowers the
// slots to the runs that there are; a run that is continued goes the way it began, whoever is there then.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "train/game.h"

namespace monge::pack {

struct Rung {
  std::int64_t slots = 0;  // of a pack; 0: alone, launched operation by operation
  std::string why;         // a clause
};

/// `impurity` finds what in the plugins cannot be run for many at once (conform/purity.h), or ""; asked only
/// where it matters. `device`: "cpu" or the GPU's model; `memory`: its bytes, 0 where nobody knows. `wanted`:
/// slots that the user asks for, -1 for none, 0 for those that table.h has and the memory holds.
Rung rung_of(const train::Game& game, const std::function<std::string()>& impurity, const std::string& device,
             std::int64_t memory, std::int64_t wanted);

}  // namespace monge::pack
