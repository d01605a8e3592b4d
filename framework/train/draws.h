// Every random number of a run: keyed by (seed, purpose, counter), so no draw depends on another having been
// made.
#pragma once

#include <monge/draw.h>

#include <string_view>

namespace monge::train {

/// What a draw is for. The numbers are part of the definition of a run: never renumber, only add.
enum class Purpose : std::uint32_t {
  init_generator = 1,
  init_critic = 2,
  data_critic = 3,  // indices of real samples, counter = critic updates
  latent_critic = 4,
  enforcer = 5,
  data_generator = 6,  // counter = generator steps
  latent_generator = 7,
  dataset = 8,  // samples of a data set that is made
  evaluation_real = 9,
  evaluation_latent = 10,  // counter = generator steps
  metric = 11,
  sample_latent = 12,
  enforcer_state = 13,
  probe = 14,
  label_generator = 15,  // the classes asked of the generator
  audit = 16,            // counter = generator steps; see measure/audit.cpp for its streams
  classifier = 32,       // first weights and order of samples, counter = epoch; of no run
};

/// A plugin's stream, from its name: what else a run holds does not change its draws (FNV-1a).
constexpr std::uint32_t stream_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

class Draws final : public Draw {
 public:
  /// `stream` tells apart users of one purpose, such as two enforcers or two parameters. Counters stay below
  /// 2^48.
  Draws(std::uint64_t seed, Purpose purpose, std::uint64_t counter, at::TensorOptions options,
        std::uint32_t stream = 0);

  Tensor uniform(at::IntArrayRef shape) override;
  Tensor normal(at::IntArrayRef shape) override;
  Tensor index(at::IntArrayRef shape, std::int64_t n) override;

 private:
  Tensor words(std::int64_t count);  // [count] int64 holding 32 random bits each, on the CPU

  std::uint64_t seed_, counter_;
  std::uint32_t purpose_, stream_;
  std::uint32_t block_ = 0;  // the next unused block of this key
  at::TensorOptions options_;
};

}  // namespace monge::train
