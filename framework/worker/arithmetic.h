// What LibTorch may do with numbers, process-wide.
#pragma once

#include <nlohmann/json.hpp>

namespace monge::worker {

/// As a run's [train] says: fp32 means fp32 on a GPU too, where LibTorch would take TF32 for convolutions;
/// and equal runs have equal bits, unless `deterministic` is false, which a CPU does not heed.
void set_arithmetic(const nlohmann::json& train, bool on_gpu);

}  // namespace monge::worker
