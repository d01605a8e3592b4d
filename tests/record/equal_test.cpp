#include "record/equal.h"

#include <doctest/doctest.h>

#include "record/access.h"
#include "record/group_file.h"
#include "record/sample_sweep.h"
#include "record/storage_error.h"
#include "scratch.h"

namespace equal_test {

using namespace monge;
using namespace monge::record;

namespace {

Variable& variable(Group& group, const std::string& name) {
  for (Variable& one : group.variables) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no variable " + name);
}

Group run() { return test::sample_run({"abc", "done", "", 3, 5, 2, 0, true}); }

}  // namespace

TEST_CASE("equal: a sweep made twice agrees, other clocks and names aside") {
  const test::Scratch a, b;
  test::seal_sample(a.path());
  test::seal_sample(b.path());
  Group other = test::sample_run({"run0", "done", "", 0, 5, 2, 0.1, true});
  set_attribute(other.attributes, "created", "2001-01-01T00:00:00Z");
  set_attribute(other.attributes, "sweep", "elsewhere");
  variable(other.groups[0], "seconds").values = std::vector<double>(5, 99);
  variable(other, "provenance").values = std::vector<std::string>{"{\"host\":\"b\"}"};
  seal(b / "runs/run0/run.h5", other, Compression::gzip);
  CHECK(differences(a.path(), b.path()).empty());
}

TEST_CASE("equal: one different bit is named with run, variable, index and both values") {
  Group b = run();
  std::get<std::vector<double>>(variable(b.groups[1], "slopes").values)[4] = -0.0;
  const auto sentences = differences(run(), b, "run abc");
  REQUIRE(sentences.size() == 1);
  CHECK(sentences[0] == "run abc: eval/slopes differs first at [1, 1]: 0 and -0");
}

TEST_CASE("equal: a NaN equals the same NaN and nothing else") {
  Group a = run(), b = run();
  std::get<std::vector<double>>(variable(a.groups[0], "gap").values)[2] = std::nan("");
  std::get<std::vector<double>>(variable(b.groups[0], "gap").values)[2] = std::nan("");
  CHECK(differences(a, b, "r").empty());
  CHECK(differences(a, run(), "r") ==
        std::vector<std::string>{"r: train/gap differs first at [2]: nan and 1.5"});
}

TEST_CASE("equal: other status, length, type, dimensions and missing variables are told") {
  Group b = run();
  set_attribute(b.attributes, "status", "diverged");
  std::get<std::vector<double>>(variable(b.groups[0], "gap").values).pop_back();
  variable(b.groups[0], "critic_loss").values = std::vector<float>(5);
  variable(b.groups[1], "slopes").dims = {"bin", "eval_step"};
  variable(b.groups[1], "bin").name = "bins";
  CHECK(differences(run(), b, "r") ==
        std::vector<std::string>{"r: attribute 'status' differs: 'done' and 'diverged'",
                                 "r: train/critic_loss has another type", "r: train/gap has 5 and 4 values",
                                 "r: eval/bin is only in the first", "r: eval/slopes has other dimensions",
                                 "r: eval/bins is only in the second"});
}

TEST_CASE("equal: runs that only one folder has and unlike weights are told") {
  const test::Scratch a, b;
  for (const test::Scratch* scratch : {&a, &b})
    test::seal_run(scratch->path(), {"abc", "done", "", 3, 5, 2, 0, true});
  test::seal_run(b.path(), {"new", "done", "", 3, 5, 2, 0, true});
  Group state;
  state.dimensions = {{"d2", 2}};
  state.variables = {{"critic", {"d2"}, std::vector<float>{1, 2}, {}}};
  seal(a / "runs/abc/state.h5", state, Compression::none);
  state.variables[0].values = std::vector<float>{1, 2.5F};
  seal(b / "runs/abc/state.h5", state, Compression::none);
  CHECK(differences(a.path(), b.path()) ==
        std::vector<std::string>{"run abc, state.h5: critic differs first at [1]: 2 and 2.5",
                                 "run new is only in " + b.path().string()});
}

TEST_CASE("equal: runs whose networks one folder lacks are told of as not compared") {
  const test::Scratch a, b;
  for (const char* id : {"abc", "abd"}) {
    for (const test::Scratch* scratch : {&a, &b})
      test::seal_run(scratch->path(), {id, "done", "", 3, 5, 2, 0, true});
    seal(a / "runs" / id / "state.h5", Group{}, Compression::none);
  }
  seal(b / "runs/abd/state.h5", Group{}, Compression::none);
  Extent extent;
  CHECK(differences(a.path(), b.path(), &extent).empty());
  CHECK(extent.runs == 2);
  CHECK(extent.without_state == std::vector<std::string>{"abc"});
}

TEST_CASE("equal: a folder without runs is an error, not an agreement") {
  const test::Scratch a;
  CHECK(test::storage_error([&] { differences(a.path(), a.path()); }) ==
        a.path().string() + ": holds no runs; a results folder is what `runner sweep` makes");
}

}  // namespace equal_test
