// Which libraries `runner` itself is made of.
#pragma once

#include <nlohmann/json.hpp>

namespace monge::cli {

/// {"monge": "0.1.0", "build": "release", "compiler": ..., "hdf5": ..., "toml++": ..., "boost": ..., "json":
/// ...}.
nlohmann::json runner_versions();

}  // namespace monge::cli
