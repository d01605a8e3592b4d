// Every plugin of this build passes the whole suite, with all choices and all presets.
#include <doctest/doctest.h>

#include "conform/kinds.h"
#include "conform/suite.h"
#include "conform/variants.h"
#include "examined.h"

namespace builtin_test {

using namespace monge;
using namespace monge::conform;
using namespace monge::conform::test;

namespace {

void check_kind(const std::string& kind) {
  plugin::Catalog catalog = builtin();
  const auto names = catalog.known(kind);
  REQUIRE_FALSE(names.empty());
  for (const auto& name : names) {
    for (const Result& result : check_plugin(catalog, kind + "/" + name)) {
      CAPTURE(kind + "/" + name);
      CHECK_MESSAGE(result.verdict != Verdict::failed, result.check << ": " << result.text);
    }
  }
}

}  // namespace

TEST_CASE("every loss passes the suite") { check_kind("loss"); }
TEST_CASE("every enforcer passes the suite") { check_kind("enforcer"); }
TEST_CASE("every architecture passes the suite") { check_kind("architecture"); }
TEST_CASE("every dataset passes the suite") { check_kind("dataset"); }
TEST_CASE("every metric passes the suite") { check_kind("metric"); }

TEST_CASE("suite: what a kind does not have is not applicable, and says why") {
  plugin::Catalog catalog = builtin();
  const auto results = check_plugin(catalog, "enforcer/none");
  const Result& penalty = named(results, "reaches the weights");
  CHECK(penalty.verdict == Verdict::not_applicable);
  CHECK(penalty.text == "it has no penalty() and no weight()");
  CHECK(named(results, "documented").verdict == Verdict::ok);
}

TEST_CASE("suite: every check has a name of its own and a sentence") {
  plugin::Catalog catalog = builtin();
  for (const char* key : {"loss/bce", "enforcer/clip", "architecture/mlp", "dataset/ring", "metric/modes"}) {
    std::set<std::string> names;
    for (const Result& result : check_plugin(catalog, key)) {
      CHECK(names.insert(result.check).second);
      CHECK(result.why.size() > 20);
    }
    CHECK(names.size() >= 8);
  }
}

TEST_CASE("suite: goes on after the check that it is told") {
  plugin::Catalog catalog = builtin();
  Named heard;
  check_plugin(catalog, "loss/bce", heard, "packs");
  CHECK(heard.begun == std::vector<std::string>{"memory"});
  CHECK(heard.results.size() == 1);
}

TEST_CASE("suite: a file is examined wherever it lies, under its own name") {
  plugin::Catalog none({});
  const auto results = check_plugin(none, MONGE_BINARY_DIR "/plugins/loss/bce.so");
  CHECK(results.size() > 10);
  CHECK(failures(results).empty());
}

TEST_CASE("variants: every combination of choices, then the presets, the defaults first") {
  plugin::Catalog catalog = builtin();
  const auto tables = variants(catalog.get("enforcer/clip"));
  CHECK(tables.at(0) == nlohmann::json{{"plugin", "clip"}});
  const auto has = [&](const char* when, const char* what) {
    return std::find(tables.begin(), tables.end(),
                     nlohmann::json{{"plugin", "clip"}, {"when", when}, {"what", what}}) != tables.end();
  };
  CHECK((has("after", "all") && has("after", "weights") && has("before", "all") && has("before", "weights")));
  const auto other = another(catalog.get("enforcer/clip"), tables.at(0));
  CHECK(other.at("bound") == 0.005);
  CHECK(other.at("when") == "before");
}

}  // namespace builtin_test
