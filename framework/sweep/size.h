// [size.NAME]: one experiment in several sizes, each a patch of the file.
#pragma once

#include <string>

#include "sweep/parsed.h"

namespace monge::sweep {

/// Takes the [size] tables out of the file's `root` and, where `size` names one, puts its keys in the place
/// of the file's: tables are gone through, everything else (values, lists, tables in braces, [[lists of
/// tables]]) replaces. The experiment's name gets `_size`, so that results of two sizes lie apart. "" is the
/// file as it stands.
void apply_size(const std::string& size, Value& root, Parsed& parsed);

}  // namespace monge::sweep
