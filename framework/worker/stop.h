// Signals of a worker: SIGTERM asks for a snapshot and the end; a crash says where it happened before the
// process dies.
#pragma once

#include <cstdint>

namespace monge::worker {

/// SIGTERM has come: finish the macro-step, snapshot, end.
bool stop_requested();

/// Waits until the descriptor can be read. False when SIGTERM came first.
bool wait_for_input(int descriptor);

/// SIGTERM is left pending until somebody asks, SIGINT is the parent's business, a fatal signal writes a
/// `crash` event and dies of itself. To be called before there are other threads.
void install_signal_handlers();

/// The generator step a crash is reported at.
void at_step(std::int64_t step);

}  // namespace monge::worker
