// Suggestions for mistyped words, as the SDK has them for plugins.
#pragma once

#include <monge/nearest.h>

namespace monge::sweep {

using monge::did_you_mean;
using monge::listed;
using monge::nearest;

}  // namespace monge::sweep
