// K runs of one shape trained as one batched computation: the code that trains one run, seen through vmap, so
// that a loss or an enforcer knows nothing of it. On a GPU, K runs then launch as many kernels as one.
#pragma once

#include <string>
#include <vector>

#include "train/step.h"
#include "train/view.h"

namespace monge::pack {

struct Member {
  const train::Game* game;
  train::Progress* progress;
};

/// Critic updates of its next generator step.
std::int64_t updates_of(const Member& member);

/// Members stay runs of their own, to be recorded, evaluated, snapshot, or trained on without the pack: it
/// only lays their parameters out side by side. They must outlive it, and their steps must take as many
/// critic updates, which differ only where runs of a warm-up are at different steps.
class Pack {
 public:
  /// At least two runs' worth is computed, and at least `slots`, with stand-ins for members that are not
  /// there: a product of one is another routine than one of many, and on a GPU the number chooses it, too. So
  /// a run's bits do not depend on its company. Throws std::invalid_argument with the reason where two
  /// members are `unlike` (shape.h).
  explicit Pack(std::vector<Member> members, std::size_t slots = 0);

  /// Advances every member by one generator step, to the numbers that train::macro_step() gives it alone, up
  /// to rounding. Records of the members, in order, where asked for.
  std::vector<train::StepRecord> macro_step(bool record);

 private:
  // One player of all members.
  struct Stack {
    Tensor flat, flat_buffers;            // [K, size], a row a seat
    std::vector<Tensor> leaves, buffers;  // [K, shape of the parameter...], views
  };
  void lay_out(const train::Network& network, train::Arena train::Progress::*player, Stack& stack);
  train::Progress seen(const train::View& view) const;
  void keep_states(const train::Progress& seen, const train::View& view);
  train::Batch fakes(const Tensor& label);
  Tensor update_critics(std::vector<train::StepRecord>* records);
  Tensor update_generators(std::vector<train::StepRecord>* records);

  const train::Game& lead() const { return *members_.front().game; }

  std::vector<Member> members_;
  std::vector<Member> seats_;  // the members, then the first one again as a stand-in
  Stack generators_, critics_;
};

}  // namespace monge::pack
