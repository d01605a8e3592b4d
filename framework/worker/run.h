// Trains runs from request to sealed files, alone or several at once.
#pragma once

#include <nlohmann/json.hpp>

#include "worker/session.h"

namespace monge::worker {

/// Trains the run of a `run` request, sends its events and leaves run.h5 and state.h5 in its folder. Never
/// throws: whatever goes wrong is the run's status. Returns false when this process should take no
/// further run: a stop was requested, or the run has failed on a GPU, whose fault may have spoiled it.
bool run(const Binder& binder, const nlohmann::json& request);

/// The same for the runs of a `pack` request, at most `slots` at once: where one ends, the next takes its
/// place. Where they cannot be trained together after all, each begins again alone and says why. Returns
/// false also where the GPU is lost: then no `ended` is sent of the runs at work.
bool run_pack(const Binder& binder, const nlohmann::json& request);

/// Ends a run that has thrown as "failed", also one that has not come so far as to have a session (null).
void fail(Session* session, const nlohmann::json& request, const std::string& why);

}  // namespace monge::worker
