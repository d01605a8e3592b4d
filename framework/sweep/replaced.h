// What an experiment file says and a table in its place makes void: worth a warning.
#pragma once

#include <string>
#include <vector>

#include "sweep/parsed.h"

namespace monge::sweep {

/// A value that names a plugin as a whole has all its parameters: those that the file gives it elsewhere are
/// lost. One sentence for each axis and each --set that does so, with its place; a flag that names another
/// plugin than the file says nothing that is not plain.
std::vector<std::string> replaced_parameters(const std::vector<GridAxis>& axes, const Parsed& parsed);

}  // namespace monge::sweep
