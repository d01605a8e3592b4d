// results/<name>/sweep.toml: the resolved experiment as text, for people and for `collect`.
#pragma once

#include <filesystem>
#include <string>

#include "record/plan.h"
#include "sweep/experiment.h"

namespace monge::sweep {

/// The whole text of sweep.toml: question, axes, provenance, what all cells share, and each cell with what it
/// does not share and with its runs. `provenance` is any JSON object.
std::string sweep_file(const Experiment& experiment, const Json& provenance);

/// Reads it back. Throws monge::Error (Exit::storage) with the place where the file is missing, damaged or of
/// a newer format.
record::Plan read_plan(const std::filesystem::path& sweep_toml);

}  // namespace monge::sweep
