// Signals of a worker: SIGTERM asks for a snapshot and the end; a crash says where it happened before the
// process dies.
#pragma once

#include <cstdint>

namespace monge::worker {

/// SIGTERM has come: finish the macro-step, snapshot, end.
bool stop_requested();

/// SIGTERM sets the flag, SIGINT is the parent's business, a fatal signal writes a `crash` event and dies of
/// itself.
void install_signal_handlers();

/// The generator step a crash is reported at.
void at_step(std::int64_t step);

}  // namespace monge::worker
