// K runs of one shape trained as one batched computation: the code that trains one run, seen through vmap, so
// that a loss or an enforcer knows nothing of it. On a GPU, K runs then launch as many kernels as one.
#pragma once

#include <vector>

#include "pack/clock.h"
#include "pack/common_game.h"
#include "pack/packed_view.h"
#include "pack/replayed.h"
#include "pack/sheet.h"
#include "pack/stack.h"

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
  /// So a run's bits do not depend on its company. Throws std::invalid_argument with the reason where the
  /// runs cannot be packed.
  explicit Pack(const std::vector<Member>& members, std::size_t slots = 0);

  /// The seat's run is over; it is computed on for nobody.
  void leave(std::size_t seat);
  /// Gives a seat that nobody has to another run. False where that takes a new pack.
  bool join(std::size_t seat, const Member& member);

  /// Advances every member by one generator step, to the numbers that train::macro_step() gives it alone, up
  /// to rounding. On a GPU it is under way when this returns, and a graph after a few.
  void step();
  /// What the step has left of each seat, in the order of the members, apart from what the next step writes;
  /// `read`: on the CPU.
  train::StepTable table(bool read) const;

  /// Why the step is launched kernel by kernel on a GPU, or "".
  const std::string& why_no_graph() const { return replayed_.why_not(); }

 private:
  void lay_out_states();
  void hand_rows(std::size_t k, bool taken);
  void stand_in();
  const Member& first() const;  // that is no stand-in
  std::vector<Tensor> state() const;
  train::Progress seen_states(const train::View& view) const;
  train::Progress seen(const train::View& view) const;
  train::Progress with_whole_players(const train::View& view);
  void keep_states(const train::Progress& seen, const train::View& view);
  void project(Enforcer::When when);
  void make_fakes(std::int64_t updates);
  train::Batch fakes(const Tensor& label);
  void advance(std::int64_t updates);
  train::CriticCost update_critics();
  train::CriticCost critic_by_autograd(const train::Batch& real, const train::Batch& fake);
  train::CriticCost critic_by_hand(const train::Batch& real, const train::Batch& fake);
  Tensor generator_by_autograd(const train::GeneratorTurn& turn);
  Tensor generator_by_hand(const train::GeneratorTurn& turn);
  Tensor update_generators();

  std::vector<Member> seats_;  // a seat that is not taken has another's run as a stand-in
  std::vector<bool> taken_;
  CommonGame game_;
  Clock clock_;
  Stack generators_, critics_;
  train::Progress states_;           // of which only the enforcers' states are used, each [K, ...]
  std::vector<Tensor> fakes_ahead_;  // of the coming updates, the next one last; none between steps
  Tensor first_bad_;                 // [K]
  Sheet sheet_;
  Replayed replayed_;
};

}  // namespace monge::pack
