#include "schedule/results_lock.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "monge/error.h"
#include "schedule/child.h"
#include "scripted.h"

namespace results_lock_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;

TEST_CASE("results lock: another process is refused and told who holds it, until that one is killed") {
  const Scratch folder;
  const fs::path results = folder / "x";
  std::array<int, 2> ready{};
  REQUIRE(::pipe(ready.data()) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const ResultsLock lock(results);
    if (::write(ready[1], "!", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char sign = 0;
  REQUIRE(::read(ready[0], &sign, 1) == 1);
  const std::string who = results.string() + ": in use by pid " + std::to_string(holder) + " on ";
  CHECK_THROWS_WITH_AS(ResultsLock{results}, doctest::Contains(who.c_str()), Error);
  CHECK_THROWS_WITH_AS(ResultsLock{results}, doctest::Contains("; wait for it or stop it"), Error);
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  CHECK_NOTHROW(ResultsLock{results});
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("results lock: the refusal has its own exit code") {
  const Scratch folder;
  const ResultsLock lock(folder.path());
  std::optional<Exit> exit;
  try {
    const ResultsLock second(folder.path());
  } catch (const Error& error) {
    exit = error.exit();
  }
  CHECK(exit == Exit::busy);
}

TEST_CASE("results lock: whether somebody holds it is asked without taking or making it") {
  const Scratch folder;
  const fs::path results = folder / "x";
  CHECK(ResultsLock::in_use(results).empty());
  CHECK(!fs::exists(results));
  {
    const ResultsLock lock(results);
    CHECK(ResultsLock::in_use(results).starts_with(results.string() + ": in use by pid " +
                                                   std::to_string(::getpid())));
  }
  CHECK(ResultsLock::in_use(results).empty());
}

TEST_CASE("results lock: a child that lives on does not keep it") {
  const Scratch folder;
  auto lock = std::make_optional<ResultsLock>(folder.path());
  Launch launch;
  launch.program = "cat";
  const Child child(launch);
  lock.reset();
  CHECK_NOTHROW(ResultsLock{folder.path()});
  CHECK(exists(child.pid()));
}

TEST_CASE("results lock: a lock file of unknown content still names the fault") {
  const Scratch folder;
  const ResultsLock lock(folder.path());
  write_file(folder / ".lock", "{\"pid\": \"no\"}");
  CHECK_THROWS_WITH_AS(ResultsLock{folder.path()}, doctest::Contains(": in use by another process;"), Error);
}

TEST_CASE("results lock: a folder that cannot be made is a storage error") {
  const Scratch folder;
  write_file(folder / "file", "");
  std::optional<Exit> exit;
  try {
    const ResultsLock lock(folder / "file/results");
  } catch (const Error& error) {
    exit = error.exit();
  }
  CHECK(exit == Exit::storage);
}

}  // namespace results_lock_test
