// Choices that change roundings but not the mathematics. A pure function of shapes and device, never of a
// clock, and recorded with every result: a run of another strategy does not go on from its snapshot.
#pragma once

#include <cstdint>
#include <string>

namespace monge::train {

struct Game;

struct Strategy {
  bool joint_batch = false;  // D(real) and D(fake) as one batch of 2B, where nothing couples the samples
  bool by_hand = false;      // the critic's derivatives from its layers (by_hand.cpp), not from autograd
  bool generator_by_hand = false;  // the generator's too
  bool own_products = false;       // gemm.h, not LibTorch alone
  bool packed = false;             // with other runs in one computation (pack/)
  std::int64_t slots = 0;          // of the pack, on a GPU, whose products depend on it
  std::int64_t updates_ahead = 1;  // critic updates whose fake samples are made in one batch
  std::string name() const;
};

/// For `game` whose networks and plugins are bound; `slots`: of the pack that it is trained in, 0 alone.
Strategy choose_strategy(const Game& game, bool on_gpu, std::int64_t slots = 0);

}  // namespace monge::train
