// `runner plugin check` on the built plugins, good and bad.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/runner.h"

namespace plugin_check_test {

using namespace monge::cli::test;

namespace {

const std::string kBuild = MONGE_BINARY_DIR;

Ended check_bad(const std::string& plugin, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"plugin", "check", plugin, "--plugins", kBuild + "/bad_plugins"};
  words.insert(words.end(), more.begin(), more.end());
  return runner(words);
}

}  // namespace

TEST_CASE("plugin check: a sound plugin passes, by its key or by its file") {
  for (const std::string& plugin : {std::string("loss/bce"), kBuild + "/plugins/loss/bce.so"}) {
    const Ended ended = runner({"plugin", "check", plugin});
    CHECK_MESSAGE(ended.code == 0, ended.out);
    CHECK(without(ended.out, plugin + "\n  header                  ok\n") == "");
    CHECK(without(ended.out, "  sign of the generator   ok\n") == "");
    CHECK(without(ended.out, " checks passed, 0 failed, 0 do not apply\n") == "");
    CHECK(ended.err.empty());
  }
}

TEST_CASE("plugin check: a defect is told with the check, the fault and why it matters, exit code 4") {
  const Ended ended = check_bad("loss/cooperative");
  CHECK(ended.code == 4);
  CHECK(without(ended.out, "sign of the generator   FAILED\n") == "");
  CHECK(without(ended.out,
                "generator() falls when fake scores fall, and so does critic(): both players pull the same "
                "way\n") == "");
  CHECK(without(ended.out, "(its step must undo the critic's, or there is no game)\n") == "");
  CHECK(without(ended.out, ", 1 failed,") == "");
}

TEST_CASE("plugin check: --json is one object with every check") {
  const Ended ended = check_bad("loss/swapped", {"--json"});
  CHECK(ended.code == 4);
  const auto answer = nlohmann::json::parse(ended.out);
  CHECK(answer.at("plugin") == "loss/swapped");
  CHECK(answer.at("failed") == 1);
  CHECK(answer.at("checks").size() > 10);
  CHECK(answer.at("checks").at(0).at("verdict") == "ok");
}

TEST_CASE("plugin check: a crash is the fault of the check that it happened in, and the others go on") {
  const Ended ended = check_bad("loss/crashes_when_checked");
  CHECK(ended.code == 4);
  CHECK(without(ended.out, "finite gradients        FAILED\n") == "");
  CHECK(without(ended.out, "it crashed with SIGSEGV (segmentation fault)") == "");
  CHECK(without(ended.out, "memory                  ok\n") == "");
}

TEST_CASE("plugin check: a hang is the fault of the check that it happened in") {
  const Ended ended = check_bad("loss/hangs_in_one_check", {"--timeout", "5"});
  CHECK(ended.code == 4);
  CHECK(without(ended.out, "cost                    FAILED\n") == "");
  CHECK(without(ended.out, "it hung\n") == "");
  CHECK(without(ended.out, "memory                  ok\n") == "");
}

TEST_CASE("plugin check: after two hangs the rest is left out") {
  const Ended ended = check_bad("loss/hangs_when_checked", {"--timeout", "3"});
  CHECK(ended.code == 4);
  CHECK(without(ended.out, "it hung\n") == "");
  CHECK(without(ended.out,
                "it hung, as another check did: the rest is left out, for it may take as long\n") == "");
  CHECK(without(ended.out, "3 checks passed, 2 failed, 0 do not apply\n") == "");
}

TEST_CASE("plugin check: a fault is told once") {
  const Ended ended = check_bad("loss/always_throws");
  CHECK(ended.code == 4);
  CHECK(without(ended.out, "cost                    FAILED\n") == "");
  CHECK(without(ended.out, "finite gradients        FAILED  as 'cost'\n") == "");
  const auto once = ended.out.find("thrown on purpose");
  CHECK(once != std::string::npos);
  CHECK(ended.out.find("thrown on purpose", once + 1) == std::string::npos);
}

TEST_CASE("plugin check: a check that does not apply says why") {
  const Ended ended = check_bad("dataset/no_file");
  CHECK(ended.code == 0);
  CHECK(without(ended.out, "it cannot be loaded here: no file 'a_file_that_nobody_has.bin' in ") == "");
  CHECK(without(ended.out, "range                   -  as 'samples'\n") == "");
}

TEST_CASE("plugin check: a file among another kind's is refused, as it is there") {
  Scratch folder;
  const auto misplaced = folder / "enforcer/bce.so";
  fs::create_directories(misplaced.parent_path());
  fs::copy_file(kBuild + "/plugins/loss/bce.so", misplaced);
  const Ended ended = runner({"plugin", "check", misplaced.string()});
  CHECK(ended.code == 4);
  CHECK(without(ended.out, "calls itself loss/bce but lies where enforcer/bce belongs") == "");
}

TEST_CASE("plugin check: what cannot be opened fails its first check alone") {
  for (const auto& [name, words] : {std::pair{"other_sdk", "sdk: plugin 000000000000"},
                                    {"crashes_in_describe", "it crashed with SIGSEGV"},
                                    {"text_file", "is not a shared library"}}) {
    const Ended ended = check_bad(std::string("loss/") + name);
    CHECK(ended.code == 4);
    CHECK(without(ended.out, "header                  FAILED\n") == "");
    CHECK(without(ended.out, words) == "");
    CHECK(without(ended.out, "0 checks passed, 1 failed, 0 do not apply\n") == "");
  }
}

TEST_CASE("plugin check: an unknown plugin is told with the nearest one") {
  const Ended ended = runner({"plugin", "check", "loss/bcee"});
  CHECK(ended.code == 4);
  CHECK(without(ended.err, "loss/bcee: no such plugin") == "");
  CHECK(without(ended.err, "did you mean 'bce'?") == "");
}

}  // namespace plugin_check_test
