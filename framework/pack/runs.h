// K runs of one shape as tensors that lie together, [K, ...] each: all that a step of theirs reads and
// writes.
#pragma once

#include "pack/clock.h"
#include "pack/common_game.h"
#include "pack/sheet.h"
#include "pack/stack.h"
#include "pack/states.h"

namespace monge::pack {

struct Runs {
  CommonGame game;
  Clock clock;
  Stack generators, critics;
  States states;
  Tensor first_bad;  // as Progress has it
  Sheet sheet;

  /// Throws std::invalid_argument with the reason where the runs cannot be packed.
  explicit Runs(const std::vector<Member>& seats);
  /// Makes all of the run views of row k, see hand_row() of member.h.
  void hand_row(std::size_t k, train::Progress& progress, bool taken);
  /// All that a step changes.
  std::vector<Tensor> state() const;
};

}  // namespace monge::pack
