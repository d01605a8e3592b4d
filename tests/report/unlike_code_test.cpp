#include "report/unlike_code.h"

#include <doctest/doctest.h>

#include "record/collect.h"
#include "record/sample_sweep.h"
#include "report/compare.h"
#include "scratch.h"

namespace unlike_code_test {

using namespace monge;
using namespace monge::report;

namespace {

/// The sample sweep, of whose runs 0, 1 (cell 0), 2 (cell 1), 4 (cell 2) and 7 (cell 3) are done.
struct Sweep {
  test::Scratch scratch;

  Sweep() { test::seal_sample(scratch.path()); }

  void make(int run, const char* fingerprint, const char* config = "{}") {
    test::SampleRun sample;
    sample.id = "run" + std::to_string(run);
    record::Group group = test::sample_run(sample);
    for (record::Variable& variable : group.variables) {
      if (variable.name == "fingerprint") variable.values = std::vector<std::string>{fingerprint};
      if (variable.name == "config") variable.values = std::vector<std::string>{config};
    }
    record::seal(scratch / "runs" / sample.id / "run.h5", group, record::Compression::gzip);
  }

  Comparison compared() const {
    record::collect_to(test::sample_plan(), scratch.path());
    return compare(scratch / "sweep.h5");
  }
};

}  // namespace

TEST_CASE("unlike code: runs of one cell that were made from other data are told of") {
  Sweep sweep;
  CHECK(sweep.compared().unlike_code.empty());
  CHECK(table(sweep.compared()).find("same code") == std::string::npos);
  sweep.make(0, R"({"data": "a", "strategy": "packed", "plugins": {"loss/bce": "1"}})");
  sweep.make(1, R"({"data": "b", "strategy": "alone", "plugins": {"loss/bce": "1"}})");
  const Comparison comparison = sweep.compared();
  REQUIRE(comparison.unlike_code.size() == 1);
  CHECK(comparison.unlike_code[0].what == "data");
  CHECK(table(comparison)
            .find("\nNot all runs were made by the same code from the same data. Unlike the others:\n"
                  "  data in 1 of 2 runs, of loss=bce bound=0.01\n"
                  "The sweep that made them, given again with --redo stale,") != std::string::npos);
}

TEST_CASE("unlike code: a plugin that changed between cells is named with the cells that have it otherwise") {
  Sweep sweep;
  for (const int run : {0, 1}) sweep.make(run, R"({"worker": "w", "plugins": {"loss/mine": "old"}})");
  for (const int run : {2, 4, 7}) sweep.make(run, R"({"worker": "w", "plugins": {"loss/mine": "new"}})");
  const Comparison comparison = sweep.compared();
  REQUIRE(comparison.unlike_code.size() == 1);
  CHECK(table(comparison).find("\n  loss/mine in 2 of 5 runs, of loss=bce bound=0.01\n") !=
        std::string::npos);
  CHECK(to_json(comparison).at("unlike_code") ==
        nlohmann::json{{{"what", "loss/mine"}, {"runs", 2}, {"of", 5}, {"cells", {0}}}});
}

TEST_CASE("unlike code: what one cell alone uses, and data of other settings, cannot differ") {
  Sweep sweep;
  sweep.make(0, R"({"data": "a", "plugins": {"loss/bce": "1"}})", R"({"dataset": {"plugin": "ring"}})");
  sweep.make(4, R"({"data": "b", "plugins": {"loss/wasserstein": "2"}})",
             R"({"dataset": {"plugin": "grid"}})");
  CHECK(sweep.compared().unlike_code.empty());
  sweep.make(7, R"({"data": "c", "plugins": {"loss/wasserstein": "2"}})",
             R"({"dataset": {"plugin": "grid"}})");
  const Comparison comparison = sweep.compared();
  REQUIRE(comparison.unlike_code.size() == 1);
  CHECK(comparison.unlike_code[0].what == "data");
  CHECK(comparison.unlike_code[0].cells == std::vector<int>{3});
}

TEST_CASE(
    "unlike code: many parts and many cells are cut short, and runs that say nothing of it are told of") {
  Sweep sweep;
  sweep.make(0, R"({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1})");
  sweep.make(1, R"({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1})");
  for (const int run : {2, 4, 7})
    sweep.make(
        run,
        (R"({"a": 1, "b": 2, "c": 2, "d": 2, "e": 2, "f": 2, "g": )" + std::to_string(run) + "}").c_str());
  std::string text = unlike_code_text(sweep.compared());
  CHECK(text.find("  g in 3 of 5 runs, of loss=bce bound=0.1; loss=wasserstein bound=0.01; loss=wasserstein "
                  "bound=0.1\n") != std::string::npos);
  CHECK(text.find("more") == std::string::npos);
  sweep.make(7, "not JSON");
  text = unlike_code_text(sweep.compared());
  CHECK(text.find("  the code in 1 of 5 runs, of loss=wasserstein bound=0.1\n") != std::string::npos);
  CHECK(text.find("  and 1 more: see --json\n") != std::string::npos);
}

}  // namespace unlike_code_test
