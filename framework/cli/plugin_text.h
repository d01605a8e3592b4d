// Plugins as people read about them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sweep/catalogue.h"

namespace monge::cli {

/// One line a plugin: key and doc; then those that are broken, then the `shadowed` files ([{"key", "path"}]).
std::string plugin_list_text(const sweep::Catalogue& catalogue, const nlohmann::json& shadowed);

/// Everything a user may ask about one plugin, with a snippet to paste into an experiment.
std::string plugin_text(const sweep::PluginSchema& plugin);

/// "[0, 10]", "at least 1", "one of a, b"; "" where everything is allowed.
std::string allowed_text(const sweep::Parameter& parameter);

}  // namespace monge::cli
