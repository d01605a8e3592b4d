// How many runs are trained at once by default, for each kind of network and device.
#pragma once

#include <cstdint>
#include <string>

#include "train/game.h"

namespace monge::pack {

struct Row {
  std::int64_t slots;  // 0: runs are trained alone
  const char* why;     // a clause
};

/// `device`: "cpu" or the GPU's model.
const Row& row_for(const train::Game& game, const std::string& device);

}  // namespace monge::pack
