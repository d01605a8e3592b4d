// Trains one run from request to sealed files.
#pragma once

#include <nlohmann/json.hpp>

#include "worker/binding.h"

namespace monge::worker {

/// Trains the run of a `run` request, sends its events and leaves run.h5 and state.h5 in its folder. Never
/// throws: whatever goes wrong is the run's status. Returns false when this process should take no
/// further run: a stop was requested, or a fault on a GPU has spoiled it.
bool run(const Binder& binder, const nlohmann::json& request);

}  // namespace monge::worker
