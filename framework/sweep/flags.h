// --set, --axis, --only and --seeds.
#pragma once

#include "sweep/draft.h"
#include "sweep/parsed.h"

namespace monge::sweep {

/// Flags as settings. `experiment.*` and `resources.*` are put into the file's table, as if written there.
void set_in_file(const CommandLine& command_line, Value& root, Parsed& parsed);

/// The other flags, after the file's sections are read: an axis of the file gives way to a flag for the same
/// key or for a table that holds it.
void read_flags(const CommandLine& command_line, Parsed& parsed);

}  // namespace monge::sweep
