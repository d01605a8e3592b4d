// The known answers of this build: all there, all holding, and told from wrong ones.
#include "verify/suite.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace suite_test {

using namespace monge;
using conform::Heard;
using conform::Verdict;

namespace {

plugin::Catalog builtin() { return plugin::Catalog({MONGE_BINARY_DIR "/plugins"}); }

std::vector<conform::Result> asked(plugin::Catalog& catalog, const verify::Choice& choice) {
  Heard heard;
  verify::run(catalog, choice, heard);
  return heard.results;
}

// As in --json, so that a failure says all.
std::string text_of(const conform::Result& result) {
  return result.check + " (" + result.why + "): " + result.text + " " + result.numbers.dump();
}

void check_subject(const std::string& subject) {
  plugin::Catalog catalog = builtin();
  const auto results = asked(catalog, {.only = subject + ": "});
  CHECK(results.size() >= 5);
  for (const auto& result : results) {
    CHECK_MESSAGE(result.verdict == Verdict::ok, text_of(result));
  }
}

}  // namespace

TEST_CASE("losses: all known answers hold") { check_subject("losses"); }
TEST_CASE("dirac: all known answers hold") { check_subject("dirac"); }
TEST_CASE("penalties: all known answers hold") { check_subject("penalties"); }
TEST_CASE("capacity: all known answers hold") { check_subject("capacity"); }
TEST_CASE("weights: all known answers hold") { check_subject("weights"); }
TEST_CASE("training: all known answers hold") { check_subject("training"); }
TEST_CASE("optimisers: all known answers hold") { check_subject("optimisers"); }
TEST_CASE("draws: all known answers hold") { check_subject("draws"); }
TEST_CASE("datasets: all known answers hold") { check_subject("datasets"); }
TEST_CASE("architectures: all known answers hold") { check_subject("architectures"); }
TEST_CASE("metrics: all known answers hold") { check_subject("metrics"); }

// MONGE_UPDATE_GOLDEN=1 writes the names; read the difference before committing it.
TEST_CASE("suite: the table of names is the golden one, each name once, each with a source") {
  plugin::Catalog catalog = builtin();
  const std::string file = MONGE_SOURCE_DIR "/tests/golden/verify.txt";
  std::string names;
  std::set<std::string> seen, subjects;
  for (const auto& answer : verify::all_answers(catalog)) {
    names += answer.name + "\n";
    CHECK_MESSAGE(seen.insert(answer.name).second, answer.name);
    CHECK_MESSAGE(answer.source.size() > 5, answer.name);
    const auto colon = answer.name.find(": ");
    REQUIRE_MESSAGE(colon != std::string::npos, answer.name);
    CHECK_MESSAGE(answer.name.size() - colon - 2 <= 66, answer.name);  // the table's column
    subjects.insert(answer.name.substr(0, colon));
  }
  CHECK(seen.size() >= 60);
  CHECK(subjects.size() == 11);  // those with a test case above
  if (std::getenv("MONGE_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << names;
  std::ostringstream golden;
  golden << std::ifstream(file).rdbuf();
  CHECK_MESSAGE(golden.str() == names, file);
}

TEST_CASE("suite: a choice by word takes names and sources, small and capital letters alike") {
  plugin::Catalog catalog = builtin();
  const auto philox = asked(catalog, {.only = "PHILOX"});
  CHECK(philox.size() == 3);
  CHECK(asked(catalog, {.only = "random123"}).size() == 3);
  CHECK(asked(catalog, {.only = "no such word"}).empty());
  CHECK(asked(catalog, {.only = "philox", .after = philox.at(0).check}).size() == 2);
}

TEST_CASE("suite: of a built-in plugin its own answers, by key or by file") {
  plugin::Catalog catalog = builtin();
  const auto by_key = asked(catalog, {.plugin = "loss/c_transform"});
  REQUIRE(by_key.size() == 5);
  CHECK(by_key[0].check == "header");
  for (const auto& result : by_key) CHECK_MESSAGE(result.verdict == Verdict::ok, text_of(result));
  const auto by_file = asked(catalog, {.plugin = MONGE_BINARY_DIR "/plugins/loss/c_transform.so"});
  CHECK(by_file.size() == by_key.size());
}

TEST_CASE("suite: what cannot be opened fails the first step, and no other is run") {
  plugin::Catalog catalog = builtin();
  const auto results = asked(catalog, {.plugin = "loss/no_such"});
  REQUIRE(results.size() == 1);
  CHECK(results[0].verdict == Verdict::failed);
  CHECK(results[0].text.find("no_such") != std::string::npos);
}

TEST_CASE("finding: not a number, a missing number and one out of tolerance do not hold") {
  using verify::Finding;
  CHECK(Finding{{1, 2}, {1.05, 2}, 0.1}.holds());
  CHECK_FALSE(Finding{{1, 2}, {1.2, 2}, 0.1}.holds());
  CHECK_FALSE(Finding{{1, 2}, {1}, 0.1}.holds());
  CHECK_FALSE(Finding{{1}, {NAN}, 0.1}.holds());
  CHECK_FALSE(Finding{{1}, {1}, NAN}.holds());
  CHECK_FALSE(Finding{{}, {}, 0.1}.holds());
  CHECK(verify::exactly({1e6}, {1e6 + 1e-4}).holds());
  CHECK_FALSE(verify::exactly({1e-3}, {1e-3 + 1e-8}).holds());
  CHECK(verify::by_chance({0}, {3.9}, 1).holds());
  CHECK_FALSE(verify::by_chance({0}, {4.1}, 1).holds());
}

}  // namespace suite_test
