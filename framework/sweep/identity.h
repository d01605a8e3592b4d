// What makes two runs the same run.
#pragma once

#include <cstdint>
#include <string>

#include "sweep/catalogue.h"

namespace monge::sweep {

/// 12 hex digits: SHA-256 of the canonical configuration less train.generator_steps, which may be raised to
/// continue a finished run, and less the settings that came later (Parameter::late) where they are at their
/// defaults: a run made before them is the same run. Of a [[stop]] counts what it compares, not its words.
std::string cell_id(const Json& config);

/// The same with the seed.
std::string run_id(const Json& config, std::int64_t seed);

}  // namespace monge::sweep
