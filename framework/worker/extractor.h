// From `evaluate.features` of a configuration to what computes them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "measure/features.h"
#include "worker/data.h"

namespace monge::worker {

/// `features` as resolved: "pixels", "classifier" or {"torchscript": file}. `dataset` names the plugin whose
/// classifier is taken. Throws Error(Exit::experiment) where there is none, with the command that makes it.
measure::Extractor extractor_of(const nlohmann::json& features, const std::string& dataset,
                                const LoadedData& data, at::Device device);

}  // namespace monge::worker
