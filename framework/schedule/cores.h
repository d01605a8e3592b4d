// How many processors, and which, this process may use.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace monge::schedule {

/// Processors of our affinity mask, in order, cut to the whole processors that the cgroup's quota pays for
/// (never fewer than one).
std::vector<int> allowed_cores();

/// Processors that the quota of our cgroup or of one above it allows (version 1 or 2), none without a quota.
/// `root` stands for "/" in tests.
std::optional<double> cgroup_quota(const std::filesystem::path& root = "/");

}  // namespace monge::schedule
