#include "schedule/provenance.h"

#include <doctest/doctest.h>

#include "schedule/child.h"
#include "scripted.h"

namespace provenance_test {

using namespace monge::schedule;
using namespace monge::schedule::test;

namespace {

void git(const fs::path& folder, std::vector<std::string> words) {
  Launch launch;
  launch.program = "git";
  launch.arguments = {"-C", folder.string(), "-c", "user.name=n", "-c", "user.email=e@x"};
  launch.arguments.insert(launch.arguments.end(), words.begin(), words.end());
  REQUIRE(Child(launch).wait().code == 0);
}

}  // namespace

TEST_CASE("provenance: outside a repository") {
  const Scratch folder;
  write_file(folder / "x.toml", "");
  const Json found = provenance({"runner", "sweep", "x.toml"}, folder / "x.toml");
  CHECK(found.at("git").is_null());
  CHECK(found.at("command") == Json{"runner", "sweep", "x.toml"});
  for (const char* key : {"folder", "host", "user", "time", "kernel"}) {
    CHECK_MESSAGE(!found.at(key).get<std::string>().empty(), key);
  }
}

TEST_CASE("provenance: the commit, and what was changed since") {
  const Scratch folder;
  write_file(folder / "x.toml", "a = 1\n");
  git(folder.path(), {"init", "-q"});
  CHECK(provenance({}, folder / "x.toml").at("git").is_null());  // no commit yet
  git(folder.path(), {"add", "x.toml"});
  git(folder.path(), {"commit", "-q", "-m", "first"});
  const Json clean = provenance({}, folder / "x.toml").at("git");
  CHECK(clean.at("commit").get<std::string>().size() == 40);
  CHECK(clean.at("dirty") == false);
  CHECK(clean.at("patch") == "");
  write_file(folder / "x.toml", "a = \xff\n");  // no UTF-8
  const Json dirty = provenance({}, folder / "x.toml").at("git");
  CHECK(dirty.at("commit") == clean.at("commit"));
  CHECK(dirty.at("dirty") == true);
  CHECK(without(dirty.at("patch"), "-a = 1\n+a = \xef\xbf\xbd\n") == "");
}

TEST_CASE("provenance: a patch over 1 MiB is cut and says so") {
  const Scratch folder;
  write_file(folder / "x.toml", "");
  git(folder.path(), {"init", "-q"});
  git(folder.path(), {"add", "x.toml"});
  git(folder.path(), {"commit", "-q", "-m", "first"});
  std::string text;
  for (int line = 0; line < 40'000; ++line) text += "a line of more than thirty characters\n";
  write_file(folder / "x.toml", text);
  const std::string patch = provenance({}, folder / "x.toml").at("git").at("patch");
  CHECK(patch.size() < (1 << 20) + 100);
  CHECK(patch.ends_with("(cut after 1 MiB)\n"));
}

}  // namespace provenance_test
