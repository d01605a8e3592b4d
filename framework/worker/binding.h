// From a run's resolved configuration to plugins, networks and settings.
#pragma once

#include <nlohmann/json.hpp>

#include "measure/evaluator.h"
#include "train/game.h"
#include "worker/data.h"

namespace monge::worker {

struct BoundRun {
  train::Game game;
  measure::EvaluationSettings evaluation;
  std::int64_t record_every = 10;
  bool animated = true;               // samples.gif
  std::vector<std::string> warnings;  // of combinations that cannot mean what they say
  /// What the bits of a result depend on beside the configuration and the seed.
  nlohmann::json fingerprint;
};

struct Binder {
  plugin::Catalog& catalog;
  DataCache& data;
  at::Device device;
  at::Device target =
      device;  // what strategy and fingerprint are for: `describe` answers for a GPU from the CPU
};

/// `slots`: of the pack that it is trained in, 0 alone. Throws Error (a mistake in the configuration, a
/// plugin that cannot be loaded) or train::PluginFault.
BoundRun bind_run(const Binder& binder, const nlohmann::json& config, std::uint64_t seed,
                  std::int64_t slots = 0);

/// The model of the device that a strategy is for: "cpu" or the GPU's name.
std::string model_of(at::Device device);

/// SHA-256 of a file, computed once a process.
const std::string& hash_of_file(const std::string& path);

/// The device that a request names: "cpu" or "cuda:N". Throws Error(Exit::usage) where there is none.
at::Device device_of(const std::string& name);

}  // namespace monge::worker
