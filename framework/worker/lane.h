// The stream and thread that a worker trains on.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/Stream.h>

namespace monge::worker {

/// From now on this thread launches on a stream of its own, and backward passes run on it, not on autograd's
/// thread: what CUDA graphs are captured from. Does nothing for a CPU.
void take_lane(at::Device device);

/// A stream beside this thread's, of a GPU.
c10::Stream other_stream(at::Device device);

/// Waits until all that this thread has launched is done, before another thread reads it.
void settle(at::Device device);

}  // namespace monge::worker
