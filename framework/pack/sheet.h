// What a step leaves of all runs, read by one copy.
#pragma once

#include "pack/stack.h"
#include "train/gradients.h"

namespace monge::pack {

struct Left {
  const train::CriticCost& cost;  // each [K, ...]
  const Tensor& generator_loss;   // [K], undefined with a fixed generator
  const Tensor& first_bad;        // [K]
  const Stack &critics, &generators;
};

/// A record for each of the first `members`, in tensors of their own; `read`: on the CPU.
std::vector<train::StepRecord> records_of(const Left& left, std::size_t members, bool read);

}  // namespace monge::pack
