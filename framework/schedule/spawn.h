// A process begun with the streams of schedule/child, that does not outlive this one.
#pragma once

#include <sys/types.h>

#include "schedule/child.h"

namespace monge::schedule {

/// Descriptors of ours that the process finds as its own 0, 1 and 2, and 3; it has no others. All are
/// above 3.
struct Streams {
  int requests, output, events;
};

/// Its own process group, so that a terminal's Ctrl-C reaches the parent alone, and signals as a fresh
/// program expects. The kernel kills it when the calling thread ends. Throws Error(Exit::failed) when it
/// cannot be started.
pid_t spawn(const Launch& launch, const Streams& streams);

}  // namespace monge::schedule
