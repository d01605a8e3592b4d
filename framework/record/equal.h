// Do two results folders agree bit for bit?
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "record/group.h"

namespace monge::record {

/// How much was compared.
struct Extent {
  std::size_t runs = 0, arrays = 0;
  std::vector<std::string> without_state;  // runs whose state.h5 not both folders have: it was not compared
};

/// Compares the runs of two results folders, matched by their ids: every array of run.h5 and, where both have
/// it, of state.h5. Numbers are equal when their bits are, so a NaN equals the same NaN. Left out: variables
/// with `volatile` = 1, the attributes created, finished, title and sweep, the texts provenance and
/// fingerprint. One sentence for each variable, attribute or run that differs; none when all agree. Throws
/// Error(Exit::storage) when a folder holds no runs or a file cannot be read.
std::vector<std::string> differences(const std::filesystem::path& a, const std::filesystem::path& b,
                                     Extent* extent = nullptr);

/// The same for two groups; `place` begins each sentence.
std::vector<std::string> differences(const Group& a, const Group& b, const std::string& place);

}  // namespace monge::record
