// The settings that a plugin is examined with.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "plugin/library.h"

namespace monge::conform {

/// A table {"plugin": name, ...} for every combination of choices and switches (where they are too many: each
/// value of each alone), then one for each preset. The first has the defaults only.
std::vector<nlohmann::json> variants(const plugin::Library& library);

/// Every parameter at another value than in `table`, where a modest one is allowed: small numbers, not large.
nlohmann::json another(const plugin::Library& library, const nlohmann::json& table);

}  // namespace monge::conform
