// All of a run that does not change while it trains: networks, plugins, data and settings.
#pragma once

#include <monge/architecture.h>
#include <monge/dataset.h>
#include <monge/enforcer.h>
#include <monge/loss.h>

#include <memory>
#include <vector>

#include "plugin/bind.h"
#include "train/network.h"
#include "train/optimizer.h"
#include "train/strategy.h"

namespace monge::train {

struct Settings {
  std::int64_t generator_steps = 0, batch_size = 64, critic_steps = 5, latent = 100;
  bool warm_up = false;  // the original WGAN's schedule (Arjovsky et al. 2017, code): see critic_updates_at
  at::ScalarType precision = at::kFloat;
  bool bf16 = false;  // products of networks in training, see Pass
  double ema = 0;     // decay of the generator's moving average, 0 without one
  OptimizerSettings critic, generator;
};

/// What the plugins' functions read, found by one autograd probe at binding; nothing else is computed.
struct Reads {
  bool generator_real = false;  // the generator's loss reads real scores or samples (relativistic losses)
  bool labels = false;          // a network is conditional
};

/// An enforcer and what it needs.
struct BoundEnforcer {
  plugin::Bound<Enforcer> plugin;
  std::uint32_t stream = 0;                       // of its draws, see stream_of
  bool reads_score = false, reads_slope = false;  // of its penalty

  const Schema& schema() const { return plugin.schema(); }
  bool projects(Enforcer::When when) const { return schema().has_project && plugin->when() == when; }
};

struct Game {
  Settings settings;
  std::uint64_t seed = 0;
  at::TensorOptions options;  // precision and device
  Strategy strategy;
  Problem problem;
  plugin::Bound<Loss> loss;
  std::vector<BoundEnforcer> enforcers;
  std::unique_ptr<Network> generator, critic;
  const Samples* data = nullptr;  // on the device; owned by the worker, shared by its runs
  Reads reads;

  bool maps_weights() const;                                     // some enforcer has a weight map
  bool projects(Enforcer::When when) const;                      // some enforcer does at this time
  bool fixed_generator() const { return data->fake.defined(); }  // its samples are data, it is not trained
};

/// The enforcers of a cell in order, each with draws of its own; `tables`: {"plugin": name, parameter:
/// value}. What they read is `probe`'s to find.
std::vector<BoundEnforcer> bind_enforcers(plugin::Catalog& catalog, const nlohmann::json& tables);

/// Critic updates before generator step `step` (from 1): the warm-up runs 100 for the first 25 steps and
/// every 500th.
std::int64_t critic_updates_at(const Settings& settings, std::int64_t step);

/// Samples [N, ...] and, where they are known and wanted, their classes [N].
struct Batch {
  Tensor x, label;
};

/// Fills `game.reads` and the enforcers' from probes on four made-up samples. Throws what a plugin throws,
/// and PluginFault where a cost or a state is not what training can use.
void probe(Game& game);

/// uint8 0..255 to [-1, 1]; floating samples as they are, in the run's precision.
Tensor normalised(const Tensor& samples, at::TensorOptions options);

}  // namespace monge::train
