// K runs of one shape trained as one batched computation: the code that trains one run, seen through vmap, so
// that a loss or an enforcer knows nothing of it. On a GPU, K runs then launch as many kernels as one.
#pragma once

#include <vector>

#include "pack/clock.h"
#include "pack/common_game.h"
#include "pack/packed_view.h"
#include "pack/stack.h"
#include "train/gradients.h"

namespace monge::pack {

/// Critic updates of its next generator step.
std::int64_t updates_of(const Member& member);

/// Members stay runs of their own, to be recorded, evaluated, snapshot, or trained on without the pack: all
/// of a run is a row of the pack's tensors. They must outlive it, and their steps must take as many critic
/// updates, which differ only where runs of a warm-up are at different steps.
class Pack {
 public:
  /// At least two runs' worth is computed, and at least `slots`, with stand-ins for members that are not
  /// there: a product of one is another routine than one of many, and on a GPU the number chooses it, too. So
  /// a run's bits do not depend on its company. Throws std::invalid_argument with the reason where the runs
  /// cannot be packed.
  explicit Pack(std::vector<Member> members, std::size_t slots = 0);

  /// Advances every member by one generator step, to the numbers that train::macro_step() gives it alone, up
  /// to rounding. Returns their records in order; `read`: on the CPU, by one copy of all.
  std::vector<train::StepRecord> macro_step(bool read);

 private:
  void lay_out_states();
  train::Progress seen(const train::View& view) const;
  void keep_states(const train::Progress& seen, const train::View& view);
  void project(Enforcer::When when);
  train::Batch fakes(const Tensor& label);
  void advance(std::int64_t updates);
  Tensor update_critics();
  Tensor update_generators();

  std::vector<Member> members_, seats_;  // seats: the members, then the first one again as a stand-in
  CommonGame game_;
  Clock clock_;
  Stack generators_, critics_;
  train::Progress states_;  // of which only the enforcers' states are used, each [K, ...]
  Tensor first_bad_;        // [K]
  train::CriticCost cost_;  // of the last update; each [K, ...]
  Tensor generator_loss_;   // [K], undefined with a fixed generator
};

}  // namespace monge::pack
