// What runs must have in common to be trained in one pack.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "train/game.h"

namespace monge::pack {

/// Networks, batches, critic steps, precision, device, loss, enforcers and the kind of data, each by its
/// name, and whether updates read second moments alone, which products may then make. Seeds, optimisers
/// otherwise, lengths and what an enforcer does after an update are each run's own.
nlohmann::json shape_of(const train::Game& game);

/// Why the two cannot be trained together, "their losses differ", or "".
std::string unlike(const train::Game& a, const train::Game& b);

}  // namespace monge::pack
