// What stands in the way of running a plugin's functions for many runs at once, or as a graph.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "plugin/catalog.h"

namespace monge::conform {

/// The first fault of the loss and enforcers of a resolved configuration, "loss/mine: critic() reads a
/// tensor's values on the host", or "". The same checks as those of `runner plugin check`, in a few
/// milliseconds.
std::string impurity(plugin::Catalog& catalog, const nlohmann::json& config);

}  // namespace monge::conform
