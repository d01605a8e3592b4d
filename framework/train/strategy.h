// Choices that change roundings but not the mathematics. A pure function of shapes and device, never of a
// clock, and recorded with every result: a run of another strategy does not go on from its snapshot.
#pragma once

#include <monge/tensor.h>

#include <string>

namespace monge::train {

struct Strategy {
  bool joint_batch = false;  // D(real) and D(fake) as one batch of 2B, where nothing couples the samples
  std::string name() const { return joint_batch ? "joint" : "split"; }
};

/// On a CPU two passes of B stay in cache where one of 2B does not; a GPU waits for launches and wants one.
inline Strategy choose_strategy(at::Device device, bool critic_couples_batch) {
  return {.joint_batch = device.is_cuda() && !critic_couples_batch};
}

}  // namespace monge::train
