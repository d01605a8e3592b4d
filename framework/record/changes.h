// Whether two runs were made by the same code from the same data.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace monge::record {

/// What differs between two fingerprints, as run.h5 has them: "loss/mine, libtorch"; "" when nothing does.
std::string changes(const nlohmann::json& before, const nlohmann::json& now);

}  // namespace monge::record
