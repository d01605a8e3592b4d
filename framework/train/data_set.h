// Where data sets lie, and whether one can be trained on.
#pragma once

#include <monge/dataset.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "plugin/bind.h"

namespace monge::train {

/// Where the data set `name` is looked for: MONGE_DATA (colon-separated) first, then where Debian and
/// administrators put data sets; in each the data set's own folder before the common one.
std::vector<std::filesystem::path> data_folders(const std::string& name);

/// Its samples, drawn alike for every seed. Throws what the plugin throws.
Samples load_samples(const plugin::Bound<Dataset>& dataset);

/// The number of classes, 0 without labels. Throws Error(Exit::experiment) that begins with `key` where
/// shapes, types or labels are not what dataset.h promises.
std::int64_t checked_classes(const Samples& samples, const std::string& key);

}  // namespace monge::train
