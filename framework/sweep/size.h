// [size.NAME]: one experiment in several sizes, each a patch of the file.
#pragma once

#include <string>

#include "sweep/parsed.h"

namespace monge::sweep {

/// Takes the [size] tables out of the file's `root` and, where `size` names one, puts its keys in the place
/// of the file's: tables are gone through, everything else (values, lists, tables in braces, [[lists of
/// tables]]) replaces. "" is the file as it stands.
void apply_size(const std::string& size, Value& root, Parsed& parsed);

/// The experiment's name gets `_size`, a name that a flag gives it, too: results of two sizes lie apart.
void add_size_to_name(const std::string& size, Value& root);

}  // namespace monge::sweep
