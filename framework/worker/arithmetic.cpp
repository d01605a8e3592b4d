#include "worker/arithmetic.h"

#include <ATen/Context.h>

namespace monge::worker {

void set_arithmetic(const nlohmann::json& train, bool on_gpu) {
  auto& context = at::globalContext();
  const bool tf32 = train.at("precision") == "tf32", repeats = !on_gpu || train.value("deterministic", true);
  context.setAllowTF32CuDNN(tf32);
  context.setAllowTF32CuBLAS(tf32);
  context.setBenchmarkCuDNN(!repeats);  // the fastest algorithm of a trial is not always the same
  context.setDeterministicCuDNN(repeats);
  context.setDeterministicAlgorithms(repeats, /*warn_only=*/true);
  context.setDeterministicFillUninitializedMemory(false);
}

}  // namespace monge::worker
