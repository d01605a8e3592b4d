// K runs of one shape trained as one batched computation: the code that trains one run, seen through vmap, so
// that a loss or an enforcer knows nothing of it. On a GPU, K runs then launch as many kernels as one.
#pragma once

#include <vector>

#include "pack/replayed.h"
#include "pack/runs.h"
#include "train/step_numbers.h"

namespace monge::pack {

/// Critic updates of its next generator step.
std::int64_t updates_of(const Member& member);

/// Members stay runs of their own, to be recorded, evaluated, snapshot, or trained on without the pack: all
/// of a run is a row of the pack's tensors. They must outlive it, and their steps must take as many critic
/// updates, which differ only where runs of a warm-up are at different steps.
class Pack {
 public:
  /// At least `slots` runs' worth is computed, on a CPU two at least, with stand-ins for members that are not
  /// there: there a product of one is another routine than one of many, and on a GPU the number chooses it.
  /// So a run's bits do not depend on its company; but on a CPU LibTorch rounds the last numbers of a tensor,
  /// those that fill no vector, unlike the others (softplus, sigmoid, ...; products, too), and which run's
  /// those are is a matter of company where sizes are odd. Throws std::invalid_argument with the reason where
  /// the runs cannot be packed.
  explicit Pack(const std::vector<Member>& members, std::size_t slots = 0);

  /// The seat's run is over; it is computed on for nobody.
  void leave(std::size_t seat);
  /// Gives a seat that nobody has to another run. False where that takes a new pack.
  bool join(std::size_t seat, const Member& member);

  /// Advances every member by one generator step, to the numbers that train::macro_step() gives it alone, up
  /// to rounding. On a GPU it is under way when this returns, and a graph after a few.
  void step();
  /// What the step has left of each seat, in the order of the members (train::StepLeft::table), apart from
  /// what the next step writes; `read`: waits for it.
  Tensor table(bool read) const;

  /// On a GPU "captured" where a step is one graph, or why it is launched kernel by kernel; "" before that is
  /// known.
  std::string graph() const { return replayed_.verdict(); }

 private:
  void stand_in();
  const Member& first() const;  // that is no stand-in

  std::vector<Member> seats_;  // a seat that is not taken has another's run as a stand-in
  std::vector<bool> taken_;
  Runs runs_;
  Replayed replayed_;
};

}  // namespace monge::pack
