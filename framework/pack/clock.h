// What a pack's draws depend on, as tensors, so that a step that is replayed draws anew.
#pragma once

#include "pack/member.h"
#include "train/batches.h"

namespace monge::pack {

/// int64 [K] on the runs' device.
struct Clock {
  Tensor seeds, updates, steps;  // of each run: seed, critic updates and generator steps done

  explicit Clock(const std::vector<Member>& seats);
  /// Sets seat k to this run's.
  void take(std::size_t k, const Member& member);
};

/// Each run's batch [K, B, ...], as train/batches.h has them for one. `counter`: the clock's updates or
/// steps.
train::Batch real_batches(const train::Game& game, const Clock& clock, train::Purpose purpose,
                          const Tensor& counter);
/// Those of the critic's next updates, all at once: real ones into `out` [K, updates, B, ...]; their labels
/// [K, updates, B], undefined where nobody reads them.
Tensor real_batches_ahead(const train::Game& game, const Clock& clock, const Tensor& out);
Tensor fixed_batches(const train::Game& game, const Clock& clock);
/// As many in a row as there are counters, from `counter` on.
Tensor latent_batches(const train::Game& game, const Clock& clock, train::Purpose purpose,
                      const Tensor& counter, std::int64_t counters = 1);
/// Undefined without a conditional network.
Tensor asked_labels(const train::Game& game, const Clock& clock);

}  // namespace monge::pack
