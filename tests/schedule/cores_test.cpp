#include "schedule/cores.h"

#include <doctest/doctest.h>
#include <sched.h>

#include "scripted.h"

namespace cores_test {

using namespace monge::schedule;
using namespace monge::schedule::test;

TEST_CASE("cores: the affinity mask is respected") {
  cpu_set_t before, one;
  REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  const std::vector<int> all = allowed_cores();
  REQUIRE_FALSE(all.empty());
  CPU_ZERO(&one);
  CPU_SET(all.back(), &one);
  REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  const std::vector<int> narrowed = allowed_cores();
  REQUIRE(::sched_setaffinity(0, sizeof before, &before) == 0);
  CHECK(narrowed == std::vector<int>{all.back()});
}

TEST_CASE("cores: a version 2 quota is the least of the group and those above") {
  const Scratch root;
  write_file(root / "proc/self/cgroup", "0::/user.slice/job\n");
  CHECK_FALSE(cgroup_quota(root.path()).has_value());
  write_file(root / "sys/fs/cgroup/user.slice/job/cpu.max", "max 100000\n");
  CHECK_FALSE(cgroup_quota(root.path()).has_value());
  write_file(root / "sys/fs/cgroup/user.slice/cpu.max", "350000 100000\n");
  CHECK(cgroup_quota(root.path()) == 3.5);
  write_file(root / "sys/fs/cgroup/user.slice/job/cpu.max", "150000 100000\n");
  CHECK(cgroup_quota(root.path()) == 1.5);
}

TEST_CASE("cores: a version 1 quota") {
  const Scratch root;
  write_file(root / "proc/self/cgroup", "5:devices:/x\n3:cpu,cpuacct:/docker/1\n0::/\n");
  write_file(root / "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us", "100000\n");
  write_file(root / "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "-1\n");
  CHECK_FALSE(cgroup_quota(root.path()).has_value());
  write_file(root / "sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "200000\n");
  CHECK(cgroup_quota(root.path()) == 2.0);
}

TEST_CASE("cores: in a container the mount's top is the group") {
  const Scratch root;
  write_file(root / "proc/self/cgroup", "0::/outside/only\n");
  write_file(root / "sys/fs/cgroup/cpu.max", "400000 100000\n");
  CHECK(cgroup_quota(root.path()) == 4.0);
}

}  // namespace cores_test
