// A GAN objective: what each player minimises, given the critic's scores.
#pragma once

#include <monge/error.h>
#include <monge/plugin.h>
#include <monge/real.h>
#include <monge/scores.h>

namespace monge {

/// Pure functions of one run's batch: no state, no random numbers, no reading of a tensor's values on the
/// host (they run under vmap, on meta tensors and in CUDA graphs). Called from the training thread only.
struct Loss {
  using Interface = Loss;
  using Tensor = monge::Tensor;
  using Real = monge::Real;
  using Scores = monge::Scores;
  static constexpr const char* kKind = "loss";

  virtual ~Loss() = default;
  virtual Tensor critic(const Scores& s) const = 0;     // -> scalar, minimised by the critic
  virtual Tensor generator(const Scores& s) const = 0;  // -> scalar, minimised by the generator
};

}  // namespace monge
