// Progress <-> state.h5: every tensor a run needs to go on bit for bit, by names and shapes that ten lines of
// Python read.
#pragma once

#include <string>

#include "record/group.h"
#include "train/step.h"

namespace monge::worker {

/// `fingerprint` is JSON text: a snapshot is continued only under the same one.
record::Group snapshot(const train::Game& game, const train::Progress& progress,
                       const std::string& fingerprint);

std::int64_t snapshot_step(const record::Group& snapshot);

/// Puts the snapshot's values into `progress`. Throws Error(Exit::storage) where one is missing or has
/// another shape.
void restore(const record::Group& snapshot, const train::Game& game, train::Progress& progress);

}  // namespace monge::worker
