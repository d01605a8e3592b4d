#include "schedule/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace monge::schedule {
namespace {

namespace fs = std::filesystem;

void lower(std::optional<double>& least, std::optional<double> other) {
  if (other && (!least || *other < *least)) least = other;
}

// cpu.max holds "max 100000" or "150000 100000": microseconds for each period.
std::optional<double> quota_v2(const fs::path& group) {
  std::string quota;
  double period = 0;
  std::ifstream file(group / "cpu.max");
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return std::nullopt;
  return std::strtod(quota.c_str(), nullptr) / period;
}

std::optional<double> quota_v1(const fs::path& group) {
  double quota = 0, period = 0;
  std::ifstream quota_file(group / "cpu.cfs_quota_us"), period_file(group / "cpu.cfs_period_us");
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

// Least of a group and those above it. In a container the path may be one of the machine outside: it is then
// missing here, and the mount's own top is the group.
template <class Quota>
std::optional<double> least_up(const fs::path& mount, const std::string& path, Quota quota) {
  std::optional<double> least;
  fs::path inside = fs::path(path).relative_path().lexically_normal();
  while (true) {
    lower(least, quota(mount / inside));
    if (inside.empty() || inside == "." || !inside.has_relative_path()) return least;
    inside = inside.parent_path();
  }
}

bool names_cpu(const std::string& controllers) {
  std::istringstream list(controllers);
  for (std::string one; std::getline(list, one, ',');) {
    if (one == "cpu") return true;
  }
  return false;
}

std::vector<int> affinity() {
  // Machines with more than 1,024 processors need a larger set than cpu_set_t: the kernel says EINVAL.
  for (int most = 1024; most <= 1 << 20; most *= 4) {
    cpu_set_t* set = CPU_ALLOC(most);
    const std::size_t size = CPU_ALLOC_SIZE(most);
    std::vector<int> cores;
    const bool known = ::sched_getaffinity(0, size, set) == 0;
    for (int core = 0; known && core < most; ++core) {
      if (CPU_ISSET_S(core, size, set)) cores.push_back(core);
    }
    CPU_FREE(set);
    if (known) return cores;
  }
  return {0};
}

}  // namespace

std::optional<double> cgroup_quota(const fs::path& root) {
  std::optional<double> least;
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1),
                      path = line.substr(second + 1);
    if (controllers.empty()) {
      lower(least, least_up(root / "sys/fs/cgroup", path, quota_v2));
      lower(least, least_up(root / "sys/fs/cgroup/unified", path, quota_v2));
    } else if (names_cpu(controllers)) {
      lower(least, least_up(root / "sys/fs/cgroup" / controllers, path, quota_v1));
      lower(least, least_up(root / "sys/fs/cgroup/cpu", path, quota_v1));
    }
  }
  return least;
}

std::vector<int> allowed_cores() {
  std::vector<int> cores = affinity();
  if (const auto quota = cgroup_quota()) {
    const auto paid = static_cast<std::size_t>(std::max(1.0, std::floor(*quota)));
    cores.resize(std::min(cores.size(), paid));
  }
  return cores;
}

}  // namespace monge::schedule
