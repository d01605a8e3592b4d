// Asks a child, `runner-worker describe`, about plugins and cells; a crash in it is an answer, not an
// accident.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "monge/error.h"
#include "sweep/catalogue.h"

namespace monge::schedule {

/// What the worker would train in one cell. FLOPs of the networks: one sample forward; step_flops: a whole
/// generator step with its critic steps. state_bytes: size of state.h5. With an `error`, the rest is empty.
struct CellFacts {
  struct Network {
    std::int64_t parameters = 0;
    double flops = 0;
  };
  std::string error;
  Exit exit = Exit::experiment;  // of the error; Exit::plugin where the cell has ended a child
  std::vector<std::int64_t> sample;
  Network generator, critic;
  /// How its runs are trained by default: `slots` at once in a pack, or 0 alone, and why. The strategy's name
  /// in the fingerprint is `alone` or `packed`; runs of one `shape` may share a pack.
  struct Strategy {
    std::size_t slots = 0;
    std::string why, alone, packed, shape;
  };
  double step_flops = 0;
  std::int64_t state_bytes = 0;
  Strategy strategy;
  std::vector<std::string> warnings;  // combinations that train, but cannot mean what they say
  nlohmann::json fingerprint;  // what the bits of a result depend on beside the configuration and the seed
};

class Talk;

class Describer {
 public:
  /// Throws Error(Exit::failed) saying where it was looked for when `worker` is no executable.
  Describer(std::filesystem::path worker, std::vector<std::filesystem::path> search_dirs,
            double patience_seconds = 30);
  ~Describer();

  /// What is known about these plugins ("loss/bce"), or about all that are found. A plugin that ends the
  /// child or keeps it silent for `patience_seconds` is listed as broken: "loss/x: crashed with SIGSEGV
  /// (segmentation fault) in describe"; the others are asked again without it.
  sweep::Catalogue plugins(const std::vector<std::string>& keys);
  sweep::Catalogue all_plugins();

  /// One answer for each resolved configuration, in their order. A cell that ends the child costs its own
  /// answer only: "in loss/x: crashed with SIGSEGV (segmentation fault) while the cell was described".
  /// `pack`: runs at once where they can be, -1: none, 0: as the worker sees fit, for `sharing` workers that
  /// have a GPU's memory together.
  std::vector<CellFacts> cells(const std::vector<nlohmann::json>& configs, const std::string& device,
                               int threads = 1, int pack = 0, int sharing = 1);

  /// The answer behind the last plugins() or all_plugins(), see docs of `runner-worker describe`: "found",
  /// "broken", "known", "shadowed", "system".
  const nlohmann::json& answer() const { return answer_; }

 private:
  nlohmann::json ask_plugins(const std::vector<std::string>& keys);

  std::filesystem::path worker_;
  std::vector<std::filesystem::path> search_dirs_;
  double patience_seconds_;
  std::unique_ptr<Talk> talk_;
  nlohmann::json answer_;
  std::vector<std::string> asked_;
  std::map<std::string, std::string> broken_;  // plugins that ended a child: key and sentence
};

}  // namespace monge::schedule
