// The critic over the plane, to look at.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "train/game.h"

namespace monge::measure {

struct Copies;

/// Points of a side of the lattice.
inline constexpr std::int64_t kSurfaceSide = 40;

/// Where the samples are points of the plane and the critic judges them one by one, adds its score and the
/// norm of its slope on a square lattice around the held-out samples, row by row from below: `critic_surface`
/// and `critic_surface_slope` [side * side], and `critic_surface_reach`, half of the square's side around 0.
void add_surface(const train::Game& game, const Copies& copies,
                 std::map<std::string, std::vector<double>>& values);

}  // namespace monge::measure
