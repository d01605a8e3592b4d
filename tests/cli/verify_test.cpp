// `runner verify` as its users meet it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/runner.h"

namespace verify_test {

using namespace monge::cli::test;

namespace {

const std::string kBuild = MONGE_BINARY_DIR;

Ended verify_bad(const std::string& plugin, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"verify", plugin, "--plugins", kBuild + "/bad_plugins"};
  words.insert(words.end(), more.begin(), more.end());
  return runner(words);
}

}  // namespace

TEST_CASE("verify: a table of expected, got, tolerance and seconds under the subjects' names") {
  const Ended ended = runner({"verify", "--only", "known scores"});
  CHECK_MESSAGE(ended.code == 0, ended.out);
  CHECK(ended.err.empty());
  CHECK(without(ended.out, "  expected          got tolerance  seconds\nlosses\n") == "");
  CHECK(without(ended.out, "  wasserstein of known scores ") == "");
  CHECK(without(ended.out, "ok, worst of 2\n") == "");
  CHECK(without(ended.out, " answers hold, 0 do not, 0 do not apply; ") == "");
}

TEST_CASE("verify: --json is one object with all numbers") {
  const Ended ended = runner({"verify", "--only", "philox", "--json"});
  CHECK(ended.code == 0);
  const auto answer = nlohmann::json::parse(ended.out);
  CHECK(answer.at("held") == 3);
  CHECK(answer.at("failed") == 0);
  const auto& first = answer.at("answers").at(0);
  CHECK(first.at("answer") == "draws: Philox 4x32-10 of zeros");
  CHECK(first.at("expected").at(0) == 0x6627e8d5);
  CHECK(first.at("got") == first.at("expected"));
  CHECK(first.at("tolerance") == 0);
  CHECK(first.at("verdict") == "ok");
  CHECK(first.at("seconds").is_number());
}

TEST_CASE("verify: an answer that does not hold is told with all its numbers, exit code 1") {
  const Ended ended = verify_bad("loss/cooperative");
  CHECK(ended.code == 1);
  CHECK(without(ended.out,
                "FAILED, worst of 2\n      expected 1 1\n      got      1 -1\n      (a game of two") == "");
  CHECK(without(ended.out, " 1 do not, ") == "");
}

TEST_CASE("verify: a loss that is no number is told as that") {
  const Ended ended = verify_bad("loss/not_a_number");
  CHECK(ended.code == 1);
  CHECK(without(ended.out, "its cost is not finite where all scores are 0") == "");
}

TEST_CASE("verify: a crash is the fault of the answer that it happened in, and the others go on") {
  const Ended ended = verify_bad("loss/crashes_when_checked", {"--json"});
  CHECK(ended.code == 1);
  const auto answers = nlohmann::json::parse(ended.out).at("answers");
  REQUIRE(answers.size() == 4);  // the header, signs, Dirac-GAN twice
  CHECK(answers.at(0).at("verdict") == "ok");
  for (const int i : {1, 2, 3}) {
    CHECK(answers.at(i).at("verdict") == "failed");
    CHECK(answers.at(i).at("text") == "it crashed with SIGSEGV (segmentation fault)");
  }
}

TEST_CASE("verify: a mistake on the command line is told before anything runs") {
  const Ended unknown = runner({"verify", "loss/hing"});
  CHECK(unknown.code == 4);
  CHECK(without(unknown.err, "did you mean 'hinge'?") == "");
  const Ended nothing = runner({"verify", "--only", "no such word"});
  CHECK(nothing.code == 2);
  CHECK(without(nothing.err, "no known answer has 'no such word' in its name or source") == "");
}

}  // namespace verify_test
